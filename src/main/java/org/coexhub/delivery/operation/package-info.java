/**
 * Long acts of an operator: replays, and acts on many dead letters. A request stores one and a node does it step by
 * step, so that it outlives the request and the node.
 */
package org.coexhub.delivery.operation;
