/**
 * Platform events of a Salesforce org by Pub/Sub: the Camel component {@code salesforce-events:}, its stream, and the
 * stored position up to which all is done. Knows nothing of what the events mean.
 */
package org.coexhub.connector.salesforce.pubsub;
