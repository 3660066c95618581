/**
 * Acts of an operator that take long: replays, and acts on many dead letters. A request stores one, and a node does it step
 * by step, so that it outlives the request and the node. Knows what it moves by the destination package only.
 */
package org.coexhub.operation;
