/**
 * The journal that an acknowledged webhook rests on: written by group commit, read in batches by the event router,
 * which isolates what cannot be handled. Knows slices as bytes; their meaning is the reader's.
 */
package org.coexhub.inbound.journal;
