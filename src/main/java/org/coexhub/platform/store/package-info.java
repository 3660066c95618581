/**
 * The database: pool, migrations, health, the clock that all nodes share, and how Java values become SQL arrays
 * and timestamps. Starts the hub's own PostgreSQL through {@code platform.postgres} when no other is named.
 */
package org.coexhub.platform.store;
