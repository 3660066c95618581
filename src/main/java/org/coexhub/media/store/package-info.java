/** Where fetched files are kept. Knows keys and bytes, and for the bucket Camel; nothing of messages, of Graph or of the database. */
package org.coexhub.media.store;
