/**
 * Starts and ends the hub as a process: command line, exit codes, the commands {@code backup} and {@code restore},
 * the early start of the database, and which auto-configurations are left out. Knows the platform only, and {@code
 * Hub}.
 */
package org.coexhub.platform.start;
