/**
 * Leases and due rows: work that one hub node at a time does. A lease is a row in the store that names its holder and until
 * when, by the database's clock; a due row is work itself. Knows nothing of what the work is.
 */
package org.coexhub.platform.lease;
