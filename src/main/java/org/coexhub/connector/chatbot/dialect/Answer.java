package org.coexhub.connector.chatbot.dialect;

import org.coexhub.connector.chatbot.render.BotReply;

import java.util.List;

/**
 * The answer of a bot.
 *
 * @param handover the bot wants people to go on
 */
public record Answer(List<BotReply> replies, boolean handover) {

    public Answer {
        replies = List.copyOf(replies);
    }

    public static Answer of(List<BotReply> replies, boolean handover) {
        return new Answer(replies, handover);
    }

    /** Nothing, or nothing yet. */
    static final Answer NOTHING = new Answer(List.of(), false);
}
