/**
 * Messages in Salesforce: the steps of the routes {@code salesforce} and {@code salesforce-history}. {@code client}
 * calls its REST and Bulk interfaces, {@code map} turns events into records, {@code people} finds contacts and leads,
 * {@code pubsub} and {@code commands} turn platform events into commands.
 */
package org.coexhub.connector.salesforce;
