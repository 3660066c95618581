/**
 * Chatwoot as the agents' inbox, by its API channel: events become messages there, agents' replies become commands. The
 * routes {@code destination-chatwoot}, {@code commands-chatwoot} and {@code commands-chatwoot-missed} show the flow. May
 * ask for media and hand conversations over; sending stays with the command side.
 */
package org.coexhub.chatwoot;
