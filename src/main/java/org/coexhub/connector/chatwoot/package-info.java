/**
 * Chatwoot as the agents' inbox, by its API channel. This package wires it when it is configured; {@code client} calls
 * Chatwoot, {@code outgoing} shows events there, {@code incoming} turns agents' replies into commands. The routes
 * {@code destination-chatwoot}, {@code commands-chatwoot} and {@code commands-chatwoot-missed} show the flow.
 */
package org.coexhub.connector.chatwoot;
