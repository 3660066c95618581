/**
 * Commands over HTTP from callers that sign their requests instead of holding the API token: who signed, and what is
 * answered. The route {@code commands-signed} shows the flow; the command package decides what a valid command is.
 */
package org.coexhub.outbound.command.signed;
