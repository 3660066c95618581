/**
 * The Camel component {@code destination:<name>}: consumes one destination's queue through its route, transacted, in
 * order per conversation, by the failure policy. To add a destination no class here is touched: a file in {@code
 * routes/destinations/} is enough.
 */
package org.coexhub.delivery.consumer;
