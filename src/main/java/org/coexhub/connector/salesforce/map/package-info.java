/**
 * The mapping of events to records: the mapping file, its check against what the org has, and the merge of all events
 * about one message into one record. Calls nobody.
 */
package org.coexhub.connector.salesforce.map;
