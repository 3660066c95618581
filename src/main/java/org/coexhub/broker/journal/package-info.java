/**
 * The journal an acknowledged webhook rests on: written by group commit, read in batches by the routes of the event
 * router, which isolate what cannot be handled. Knows slices of bytes; their meaning is the reader's.
 */
package org.coexhub.broker.journal;
