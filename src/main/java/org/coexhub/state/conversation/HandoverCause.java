package org.coexhub.state.conversation;

import java.util.Arrays;
import java.util.Optional;

/** The causes for which a bot gives a conversation to people before any of them has spoken. */
public enum HandoverCause {
    /** The bot said so in its answer. */
    BOT("bot"),
    /** The customer asked for a person. */
    CUSTOMER("customer"),
    /** The bot was too slow, or broken. */
    BOT_FAILED("bot_failed"),
    /** What the bot may cost in a day is spent. */
    BOT_BUDGET("bot_budget"),
    /** The other end seems to be a bot as well. */
    BOT_LOOP("bot_loop");

    private final String wireName;

    HandoverCause(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }

    static Optional<HandoverCause> of(String wireName) {
        return Arrays.stream(values()).filter(c -> c.wireName.equals(wireName)).findFirst();
    }
}
