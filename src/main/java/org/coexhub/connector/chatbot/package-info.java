/**
 * The bridge to a chatbot: whose turn it is, when the bot is asked, when people are called instead, and how replies
 * become commands. The route {@code destination-chatbot} shows the flow; what each vendor's bot speaks is in {@code
 * dialect}, what WhatsApp shows in {@code form}; sending stays with the command side.
 */
package org.coexhub.connector.chatbot;
