/**
 * Work that one hub node at a time does: a lease is a row in the store that names its holder and until when, by the
 * store's clock. Knows the store, and nothing of what the work is.
 */
package org.coexhub.destination.lease;
