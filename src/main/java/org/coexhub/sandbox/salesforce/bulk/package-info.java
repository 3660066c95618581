/** Bulk API 2.0 ingest jobs of the simulated org: CSV in, worked off in the background, results as CSV. */
package org.coexhub.sandbox.salesforce.bulk;
