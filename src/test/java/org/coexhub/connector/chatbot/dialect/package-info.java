/** Each dialect against a fake of its vendor that speaks the documented requests and errors over real HTTP. */
package org.coexhub.connector.chatbot.dialect;
