/**
 * A Salesforce org on loopback, in memory: OAuth, REST, composite, query, search, Bulk 2.0 and the gRPC Pub/Sub API,
 * with the errors and limits of the real one. Knows nothing of the hub.
 */
package org.coexhub.sandbox.salesforce;
