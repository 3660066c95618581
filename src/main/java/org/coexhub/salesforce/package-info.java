/**
 * Messages in Salesforce: the client that calls its REST and Bulk interfaces within the day's allocation, the mapping of
 * events to records, and the steps of the routes {@code salesforce} and {@code salesforce-history}. Knows of the rest of
 * the hub what an event says, and how a destination tells passing failures from lasting ones.
 */
package org.coexhub.salesforce;
