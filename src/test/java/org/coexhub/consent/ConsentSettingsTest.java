package org.coexhub.consent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
                    """)
    void aMessageThatIsNothingButAStopWordCounts(String text, String word) {
        assertThat(settings.stopWordIn(text)).contains(word);
    }

    @ParameterizedTest
    @CsvSource({"please stop", "stop it", "''", "!"})
    void anyOtherDoesNot(String text) {
        assertThat(settings.stopWordIn(text)).isEmpty();
    }

    @Test
    void aWordCannotMeanBoth() {
        assertThatThrownBy(() -> new ConsentSettings(List.of("stop"), List.of("Stop")))
                .hasMessageContaining("hub.consent.resume-words")
                .hasMessageContaining("e.g. start");
    }
}
