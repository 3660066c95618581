/**
 * The Pub/Sub API of the simulated org: gRPC service {@code eventbus.v1.PubSub} with Avro payloads, replay ids, flow control by
 * number, keep-alives, and the error codes that Salesforce puts into trailers.
 */
package org.coexhub.sandbox.salesforce.pubsub;
