/**
 * The dialects of bots: each {@link org.coexhub.connector.chatbot.dialect.Dialect} asks one vendor's bot over HTTP
 * and reads its answer. Decides neither what a turn is, nor when a bot is asked, nor what becomes of its replies.
 */
package org.coexhub.connector.chatbot.dialect;
