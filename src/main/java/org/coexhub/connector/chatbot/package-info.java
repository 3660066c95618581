/**
 * The bridge to a chatbot: it decides whose turn it is, when the bot is asked and when people are called instead, and
 * makes commands of replies. The route {@code destination-chatbot} shows the flow. Packages: {@code dialect} speaks
 * to each vendor's bot through {@code line}, {@code memory} remembers for bots that cannot, {@code render} makes what
 * WhatsApp shows. Sends nothing itself.
 */
package org.coexhub.connector.chatbot;
