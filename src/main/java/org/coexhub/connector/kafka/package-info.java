/**
 * Kafka on either side of the hub: events as records of a topic, and records of another topic as commands. The flow is in
 * the route files of that name; here is what a record looks like. May touch Camel and Kafka's client.
 */
package org.coexhub.connector.kafka;
