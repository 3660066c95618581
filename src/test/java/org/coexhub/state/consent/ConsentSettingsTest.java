package org.coexhub.state.consent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;

class ConsentSettingsTest {

    private final ConsentSettings settings =
            new ConsentSettings(List.of(" Stop ", "ya basta", ""), List.of("start"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    stop       | stop
                    STOP!      | stop
                    ¡Ya basta! | ya basta
                    «stop»\u00a0   | stop
                    """)
    void aMessageThatIsNothingButAStopWordCounts(String text, String word) {
        assertThat(settings.stopWordIn(text)).contains(word);
    }

    @ParameterizedTest
    @CsvSource({"please stop", "stop it", "''", "!"})
    void anyOtherDoesNot(String text) {
        assertThat(settings.stopWordIn(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"!", " ", " !", "x!", "!x", "x ", "\u2014", "stop!"})
    void aTextOfAnyLengthIsLookedAtInNoTime(String pattern) {
        String text = "x" + pattern.repeat(60_000 / pattern.length()) + "x";

        assertTimeoutPreemptively(
                Duration.ofSeconds(2),
                () -> {
                    assertThat(settings.stopWordIn(text)).isEmpty();
                    assertThat(settings.resumeWordIn(text)).isEmpty();
                });
    }

    @Test
    void inALongTextNoWordIsLookedFor() {
        String longest = "stop" + "!".repeat(ConsentSettings.LONGEST_TEXT - 4);

        assertThat(settings.stopWordIn(longest)).contains("stop");
        assertThat(settings.stopWordIn(longest + "!")).isEmpty();
    }

    @Test
    void aWordThatNoTextCouldBeIsAFault() {
        String word = "w".repeat(ConsentSettings.LONGEST_TEXT + 1);

        assertThatThrownBy(() -> new ConsentSettings(List.of(word), List.of("start")))
                .hasMessageContaining("hub.consent.stop-words")
                .hasMessageContaining("256 characters")
                .hasMessageContaining("e.g. stop");
    }

    @Test
    void aWordCannotMeanBoth() {
        assertThatThrownBy(() -> new ConsentSettings(List.of("stop"), List.of("Stop")))
                .hasMessageContaining("hub.consent.resume-words")
                .hasMessageContaining("e.g. start");
    }
}
