package org.coexhub.chatbot;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.time.Duration;
import java.util.List;

/**
 * When the bot is asked, and when people are called instead.
 *
 * @param gather how long a customer has to be silent before the bot is asked; zero: it is asked at once
 * @param tries how often one turn may fail
 * @param patience how long a customer waits for a failing bot before people are called
 * @param notice what the customer is told then; empty: nothing
 * @param humanWords a message that is nothing but one of these calls people
 * @param humanPayload a button or row with this payload does, too; empty: none
 * @param humanMarker the bot calls people by writing this, which is not shown; empty: it cannot
 * @param humanNotice what a customer is told who asked for people, or whom the bot gives to people without a word;
 *     empty: nothing
 * @param turns more of the bot's turns than this in {@code turnsWithin} are taken for two bots talking; 0: never
 * @param listButton on the button that opens a list of choices
 */
@ConfigurationProperties("hub.chatbot")
public record ChatbotSettings(
        @DefaultValue("0s") Duration gather,
        @DefaultValue("5") int tries,
        @DefaultValue("45s") Duration patience,
        @DefaultValue("Our assistant cannot answer right now. A person will answer you here.")
                String notice,
        @DefaultValue({"human", "agent"}) List<String> humanWords,
        @DefaultValue("human") String humanPayload,
        @DefaultValue("[[human]]") String humanMarker,
        @DefaultValue("A person will answer you here.") String humanNotice,
        @DefaultValue("20") int turns,
        @DefaultValue("5m") Duration turnsWithin,
        @DefaultValue("Choose") String listButton) {

    private static final Duration LONGEST_GATHER = Duration.ofMinutes(1);
    private static final int LONGEST_TEXT = 4096;

    public ChatbotSettings {
        if (gather.isNegative() || gather.compareTo(LONGEST_GATHER) > 0) {
            fault("gather must be 0s to 1m, e.g. 2s");
        }
        if (tries < 1 || turns < 0) {
            fault("tries must be 1 or more, turns 0 or more");
        }
        if (patience.isNegative() || turnsWithin.isNegative()) {
            fault("patience and turns-within must not be negative, e.g. 45s");
        }
        if (notice.length() > LONGEST_TEXT || humanNotice.length() > LONGEST_TEXT) {
            fault("notice and human-notice must have at most 4096 characters, as a message has");
        }
        if (listButton.isBlank()) {
            fault("list-button must not be empty, e.g. Choose");
        }
    }

    private static void fault(String what) {
        throw new IllegalArgumentException("hub.chatbot." + what);
    }
}
