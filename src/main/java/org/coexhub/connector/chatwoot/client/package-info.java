/**
 * The client of Chatwoot's API, the store of which conversation and message there is which here, and the mapping of
 * events to messages. Knows events and files; knows no commands.
 */
package org.coexhub.connector.chatwoot.client;
