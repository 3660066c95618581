/**
 * The durable queues: an embedded Artemis or a connection to an external one, and the transacted batch receiver behind
 * every consumer. Knows nothing of the store or of destinations.
 */
package org.coexhub.platform.broker;
