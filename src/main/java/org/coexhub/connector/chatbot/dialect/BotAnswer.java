package org.coexhub.connector.chatbot.dialect;

import org.coexhub.connector.chatbot.render.BotReply;

import java.util.List;

/**
 * The answer of a bot.
 *
 * @param handover the bot wants people to go on
 */
public record BotAnswer(List<BotReply> replies, boolean handover) {

    public BotAnswer {
        replies = List.copyOf(replies);
    }

    public static BotAnswer of(List<BotReply> replies, boolean handover) {
        return new BotAnswer(replies, handover);
    }

    /** Nothing, or nothing yet. */
    static final BotAnswer NOTHING = new BotAnswer(List.of(), false);
}
