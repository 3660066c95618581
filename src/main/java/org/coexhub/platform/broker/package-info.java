/**
 * The durable queues: an embedded Artemis or a connection to an external one, and the transacted batch receiver
 * behind every consumer. Knows neither the database nor what the messages mean.
 */
package org.coexhub.platform.broker;
