/**
 * Tells echoes of the hub's own sends from those of people: what is known is decided in the router, what is not known yet
 * waits in a table. Owns {@code held_echo}; reads commands and the event log, changes neither.
 */
package org.coexhub.outbound.send.echo;
