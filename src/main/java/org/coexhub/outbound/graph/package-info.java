/**
 * Graph as the sender sees it: one call, its possible results, and what each of Meta's error codes means. Touches the
 * network and the text of commands; keeps no state and decides nothing about a command's fate.
 */
package org.coexhub.outbound.graph;
