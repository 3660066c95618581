/**
 * The client of Graph for sending: one call, its possible results, what each of Meta's error codes means, and what
 * Graph says of numbers and past messages. Touches the network and the text of commands; keeps no state and decides
 * nothing about a command's fate.
 */
package org.coexhub.outbound.graph;
