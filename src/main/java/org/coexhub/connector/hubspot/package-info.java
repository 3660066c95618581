/**
 * HubSpot, both ways: events become WhatsApp messages on the timelines of contacts, and a workflow's webhook becomes
 * a command. The routes {@code destination-hubspot} and {@code commands-hubspot} show the flow; no other package
 * knows of HubSpot.
 */
package org.coexhub.connector.hubspot;
