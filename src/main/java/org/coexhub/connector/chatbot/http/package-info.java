/**
 * The HTTP client for bots: requests within the time of one answer, what a failure means, Google's access tokens.
 */
package org.coexhub.connector.chatbot.http;
