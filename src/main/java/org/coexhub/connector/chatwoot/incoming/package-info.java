/**
 * Agents' replies become commands: by webhook, and by polling for those whose webhook was lost. What is given up is
 * told to the agent.
 */
package org.coexhub.connector.chatwoot.incoming;
