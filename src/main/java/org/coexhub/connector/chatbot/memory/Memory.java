package org.coexhub.connector.chatbot.memory;

import org.coexhub.event.ConversationId;

import java.util.List;

/** Recalls what was said before in a conversation, for bots that have no memory of their own. */
@FunctionalInterface
public interface Memory {

    /** @param customer false: the bot, or a person of the business */
    record Line(String event, boolean customer, String words) {}

    /** At most so many, oldest first. */
    List<Line> of(ConversationId conversation, int most);
}
