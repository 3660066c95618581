/**
 * The media store: fetched files in a folder or a bucket. Knows keys and bytes; nothing of messages, of Graph or of
 * the database.
 */
package org.coexhub.state.media.store;
