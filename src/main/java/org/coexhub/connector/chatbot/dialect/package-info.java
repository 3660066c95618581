/**
 * The languages bots speak: each {@link org.coexhub.connector.chatbot.dialect.Dialect} asks one vendor's bot over HTTP and reads
 * its answer. What is a turn, when a bot is asked and what becomes of its replies is decided outside.
 */
package org.coexhub.connector.chatbot.dialect;
