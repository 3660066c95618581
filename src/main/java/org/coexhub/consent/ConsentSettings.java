package org.coexhub.consent;

import org.coexhub.settings.SettingRules;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Words by which customers stop and resume marketing. A message counts when it is nothing but one of them, whatever the
 * case and with any punctuation around it.
 */
@ConfigurationProperties("hub.consent")
public record ConsentSettings(
        @DefaultValue({"stop", "unsubscribe", "stop promotions"}) List<String> stopWords,
        @DefaultValue("start") List<String> resumeWords) {

    public ConsentSettings {
        stopWords =
                stopWords.stream().map(ConsentSettings::plain).filter(w -> !w.isEmpty()).toList();
        resumeWords =
                resumeWords.stream().map(ConsentSettings::plain).filter(w -> !w.isEmpty()).toList();
        SettingRules.of("hub.consent")
                .require(
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

    private static Optional<String> matching(List<String> words, String text) {
        String plain = text == null ? "" : plain(text);
        return words.stream().filter(plain::equals).findFirst();
    }

    private static String plain(String text) {
        return text.replaceAll("^[\\s\\p{P}]+|[\\s\\p{P}]+$", "").toLowerCase(Locale.ROOT);
    }
}
