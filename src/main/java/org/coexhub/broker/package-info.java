/**
 * The durable queues: an embedded Artemis or a connection to an external one, and the transacted batch receiver behind
 * every consumer of it; below it the journal, which keeps slices of webhooks. Knows nothing of the store or of destinations.
 */
package org.coexhub.broker;
