package org.coexhub.connector.chatbot.dialect;

import org.coexhub.connector.chatbot.http.BotFailedException;

/** Asks one kind of bot and reads its answer. */
public sealed interface Dialect
        permits GenericDialect,
                RasaDialect,
                BotpressDialect,
                DialogflowDialect,
                DirectLineDialect,
                OpenAiDialect {

    /**
     * Asks and waits for the answer. May be called again for a turn whose answer got lost.
     *
     * @throws BotFailedException there is no usable answer
     */
    BotAnswer ask(BotTurn turn);

    /** Whether the answer comes by itself, after the question was taken. */
    default boolean answersLater() {
        return false;
    }
}
