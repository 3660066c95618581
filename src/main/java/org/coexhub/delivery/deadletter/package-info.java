/**
 * Dead letters: events and commands that were refused for good, listed, replayed and discarded without reading the
 * whole queue into memory.
 */
package org.coexhub.delivery.deadletter;
