/**
 * Dead letters: events and commands that were refused for good, listed, replayed and discarded without reading a
 * whole queue into memory. Knows the journal, to which parked slices go back.
 */
package org.coexhub.delivery.deadletter;
