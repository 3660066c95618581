/**
 * How commands lie in the database: the reading of rows, the steps from state to state, and the statuses that are joined
 * to them. Used through {@link org.coexhub.outbound.command.store.CommandStore} alone; may touch the command tables and nothing else.
 */
package org.coexhub.outbound.command.store;
