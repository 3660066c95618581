package org.coexhub.connector.chatbot;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.connector.chatbot.BotCommands.Reply;
import org.coexhub.connector.chatbot.dialect.BotTurn;

import java.time.Duration;
import java.util.List;

/** The decision about an event: what is to be done with it next. */
sealed interface Step {

    /** Nothing, or nothing more. */
    record Done() implements Step {}

    /** The bot is to be asked. */
    record Ask(BotTurn turn, List<TurnStore.Entry> entries) implements Step {
        JsonNode conversation() {
            return turn.event().conversation();
        }
    }

    /** The event comes again, after so long. */
    record Later(Duration delay) implements Step {}

    /** These commands are sent. */
    record Says(List<Reply> replies) implements Step {}
}
