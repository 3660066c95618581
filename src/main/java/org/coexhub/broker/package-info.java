/**
 * The durable queues: an embedded Artemis or a connection to an external one, and the transacted batch receiver behind
 * every consumer of it. Knows queues and messages; nothing of WhatsApp, of the store or of destinations.
 */
package org.coexhub.broker;
