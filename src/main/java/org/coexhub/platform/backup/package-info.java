/**
 * Backup and restore of a data directory, the hub's own broker and its own database, by command. Knows where their files
 * lie and how each is brought to one moment, and nothing of what is in them.
 */
package org.coexhub.platform.backup;
