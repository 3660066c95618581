/**
 * Simulated HubSpot: the part of its CRM API that the hub uses, over real HTTP, with its limits, its errors and its
 * habits (partial success, a search index that lags), and workflows that post signed webhooks. Written from HubSpot's
 * documentation; knows nothing of the hub.
 */
package org.coexhub.sandbox.hubspot;
