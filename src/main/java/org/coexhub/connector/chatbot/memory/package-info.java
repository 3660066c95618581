/**
 * The memory of bots that have none of their own: words, sessions, and the tokens they have cost today. May touch the
 * database and read conversations.
 */
package org.coexhub.connector.chatbot.memory;
