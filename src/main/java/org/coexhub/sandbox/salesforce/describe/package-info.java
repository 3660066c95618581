/** Which objects and fields the simulated org has, read from {@code salesforce-objects.json}; plain data, knows nothing of records. */
package org.coexhub.sandbox.salesforce.describe;
