/**
 * The PostgreSQL that comes with the hub: its files for this machine, its cluster under the data directory, its process.
 * Knows nothing of what is stored in it, and no other room.
 */
package org.coexhub.platform.postgres;
