/**
 * Commands over HTTP from callers that sign their requests instead of holding the API token: who signed, and what is
 * answered. The route {@code commands-signed} shows the flow; what a valid command is decides the command package.
 */
package org.coexhub.outbound.command.signed;
