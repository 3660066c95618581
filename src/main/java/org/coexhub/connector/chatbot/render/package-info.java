/**
 * The mapping between what bots say and what WhatsApp shows, in one place: {@link org.coexhub.connector.chatbot.render.BotReply} is
 * a reply in the words of no vendor, {@link org.coexhub.connector.chatbot.render.WhatsAppForms} gives it Meta's form and limits.
 * Pure; knows neither stores nor routes.
 */
package org.coexhub.connector.chatbot.render;
