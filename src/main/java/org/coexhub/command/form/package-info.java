/**
 * The form of commands: what their JSON must look like before they are taken, and every fault at once where it does not.
 * Reads and judges only; touches no database and no queue.
 */
package org.coexhub.command.form;
