package org.coexhub.state.consent;

import org.coexhub.platform.settings.SettingRules;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Settings of consent: words by which customers stop and resume marketing. A message counts when it is nothing but one
 * of them, whatever the case and with any punctuation and spaces around it; in a text above {@value #LONGEST_TEXT}
 * characters none is looked for. Customers choose the texts and the router waits for the answer, so the look takes time
 * in proportion to the length at most.
 */
@ConfigurationProperties("hub.consent")
public record ConsentSettings(
        @DefaultValue({"stop", "unsubscribe", "stop promotions"}) List<String> stopWords,
        @DefaultValue("start") List<String> resumeWords) {

    /** Room for a word or a short sentence, and for many exclamation marks. */
    static final int LONGEST_TEXT = 256;

    public ConsentSettings {
        var rules = SettingRules.of("hub.consent");
        checkLength(rules, "stop-words", stopWords, "stop");
        checkLength(rules, "resume-words", resumeWords, "start");
        stopWords = words(stopWords);
        resumeWords = words(resumeWords);
        rules.require(
                        Collections.disjoint(resumeWords, stopWords),
                        "resume-words",
                        "must have no word of hub.consent.stop-words",
                        "start")
                .check();
    }

    Optional<String> stopWordIn(String text) {
        return matching(stopWords, text);
    }

    Optional<String> resumeWordIn(String text) {
        return matching(resumeWords, text);
    }

    private static void checkLength(
            SettingRules rules, String name, List<String> words, String example) {
        rules.require(
                words.stream().allMatch(word -> word.length() <= LONGEST_TEXT),
                name,
                "must have no word of more than " + LONGEST_TEXT + " characters",
                example);
    }

    private static List<String> words(List<String> written) {
        return written.stream().map(ConsentSettings::plain).filter(w -> !w.isEmpty()).toList();
    }

    private static Optional<String> matching(List<String> words, String text) {
        if (text == null || text.length() > LONGEST_TEXT) {
            return Optional.empty();
        }
        String plain = plain(text);
        return words.stream().filter(plain::equals).findFirst();
    }

    /** By hand: a regular expression for the end of a text tries every run of punctuation in its middle. */
    private static String plain(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isAround(text.codePointAt(from))) {
            from += Character.charCount(text.codePointAt(from));
        }
        while (to > from && isAround(text.codePointBefore(to))) {
            to -= Character.charCount(text.codePointBefore(to));
        }
        return text.substring(from, to).toLowerCase(Locale.ROOT);
    }

    private static boolean isAround(int character) {
        return Character.isWhitespace(character)
                || Character.isSpaceChar(character)
                || switch (Character.getType(character)) {
                    case Character.CONNECTOR_PUNCTUATION,
                            Character.DASH_PUNCTUATION,
                            Character.START_PUNCTUATION,
                            Character.END_PUNCTUATION,
                            Character.INITIAL_QUOTE_PUNCTUATION,
                            Character.FINAL_QUOTE_PUNCTUATION,
                            Character.OTHER_PUNCTUATION ->
                            true;
                    default -> false;
                };
    }
}
