/** Where fetched files are kept. Knows keys and bytes; nothing of messages, of Graph or of the database. */
package org.coexhub.state.media.store;
