/**
 * Messages in Salesforce: the steps of the routes {@code destination-salesforce} and {@code
 * destination-salesforce-history}. {@code client} calls its REST and Bulk interfaces, {@code map} turns events into
 * records, {@code people} finds contacts and leads, {@code pubsub} and {@code commands} turn platform events into
 * commands.
 */
package org.coexhub.connector.salesforce;
