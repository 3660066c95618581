/** What is remembered for bots that cannot do it themselves: words, sessions, and what they have cost today. */
package org.coexhub.connector.chatbot.memory;
