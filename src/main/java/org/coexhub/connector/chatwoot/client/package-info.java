/**
 * Calls Chatwoot's API, keeps which conversation and message there is which here, and maps texts and attachments.
 * Knows neither events nor commands.
 */
package org.coexhub.connector.chatwoot.client;
