/**
 * Calls Salesforce within the day's allocation, and tells passing failures from lasting ones. Knows no events.
 */
package org.coexhub.connector.salesforce.client;
