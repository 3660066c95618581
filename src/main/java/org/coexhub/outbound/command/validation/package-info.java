/**
 * The form of commands: what their JSON must look like, and every violation at once. Reads and judges only; touches no
 * database and no queue.
 */
package org.coexhub.outbound.command.validation;
