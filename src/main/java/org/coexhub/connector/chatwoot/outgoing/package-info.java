/**
 * Events become contacts, conversations and messages in Chatwoot, each once.
 */
package org.coexhub.connector.chatwoot.outgoing;
