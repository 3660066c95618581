/**
 * The state of each conversation: who the customer is, when the 24-hour window was opened, whether a person has the
 * conversation, the last messages. Written by the event router in its store transaction; read by destinations (as
 * enrichment), by the REST API and before each send.
 */
package org.coexhub.state.conversation;
