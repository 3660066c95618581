package org.coexhub.connector.chatbot.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import org.coexhub.testing.TestClock;
import org.coexhub.testing.TestDatabase;
import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;

/** Each name of {@code HUB_CHATBOT_DIALECT} chooses its dialect. */
class DialectsTest {

    @Test
    void theSettingChoosesTheDialect() {
        assertThat(chosen("dialect=generic")).isEqualTo("GenericDialect");
        assertThat(chosen("dialect=rasa")).isEqualTo("RasaDialect");
        assertThat(chosen("dialect=botpress", "callback-key=k")).isEqualTo("BotpressDialect");
        assertThat(chosen("dialect=direct-line", "token=t")).isEqualTo("DirectLineDialect");
        assertThat(chosen("dialect=openai", "model=m", "prompt-file=README.md"))
                .isEqualTo("OpenAiDialect");
        try (var google = new FakeDialogflow(new TestClock())) {
            Path key = google.keyFile();
            assertThat(chosen("dialect=dialogflow-cx", "key-file=" + key))
                    .isEqualTo("DialogflowDialect");
        }
    }

    private static String chosen(String... settings) {
        var all = new String[settings.length + 1];
        System.arraycopy(settings, 0, all, 0, settings.length);
        all[settings.length] = "url=https://bot.example/v1";
        return new Dialects()
                .dialect(
                        Turns.settings(all),
                        (id, most) -> List.of(),
                        TestDatabase.postgres(),
                        new TestClock())
                .getClass()
                .getSimpleName();
    }
}
