package org.coexhub.connector.chatbot;

import org.coexhub.platform.settings.SettingRules;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.time.Duration;
import java.util.List;

/**
 * Settings of the chatbot bridge: when the bot is asked, and when people are called instead.
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
    private static final String TOO_LONG =
            "must have at most " + LONGEST_TEXT + " characters, as a message has";
    private static final String SHORT_NOTICE = "A person will answer you here.";

    public ChatbotSettings {
        SettingRules.of("hub.chatbot")
                .require(
                        !gather.isNegative() && gather.compareTo(LONGEST_GATHER) <= 0,
                        "gather",
                        "must be from 0s to 1m",
                        "2s")
                .atLeast("tries", tries, 1, "5")
                .atLeast("turns", turns, 0, "20")
                .notNegative("patience", patience, "45s")
                .notNegative("turns-within", turnsWithin, "5m")
                .require(notice.length() <= LONGEST_TEXT, "notice", TOO_LONG, SHORT_NOTICE)
                .require(
                        humanNotice.length() <= LONGEST_TEXT,
                        "human-notice",
                        TOO_LONG,
                        SHORT_NOTICE)
                .require(!listButton.isBlank(), "list-button", "must not be empty", "Choose")
                .check();
    }
}
