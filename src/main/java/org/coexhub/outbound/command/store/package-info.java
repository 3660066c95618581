/**
 * Commands in the database: their rows, the steps from state to state, the statuses that are joined to them, and the
 * backlog of each number. Writes the command tables and no others; other packages read rows by {@link
 * org.coexhub.outbound.command.store.CommandRows}, and change none.
 */
package org.coexhub.outbound.command.store;
