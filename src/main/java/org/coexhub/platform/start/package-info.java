/**
 * Starting and ending the hub as a process: command line, exit codes, and which auto-configurations are left out.
 * Knows settings only.
 */
package org.coexhub.platform.start;
