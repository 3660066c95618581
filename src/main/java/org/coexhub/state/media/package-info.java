/**
 * Files that travel with messages: those of received and echoed messages are fetched from Meta by a worker and kept in a
 * media store; those to be sent are uploaded and get a media id that commands can name. Calls Graph for media only, and
 * never inside the router's transaction.
 */
package org.coexhub.state.media;
