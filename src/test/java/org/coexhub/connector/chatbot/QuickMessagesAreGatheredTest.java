package org.coexhub.connector.chatbot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.routes.HttpSink.status;
import static org.coexhub.testing.MetaBodies.echo;
import static org.coexhub.testing.MetaBodies.echoes;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.text;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * People write in short messages; the bot is asked once about all of them. What a kill does meanwhile: {@code
 * ABotSurvivesKillsTest}.
 */
class QuickMessagesAreGatheredTest {

    private static BotHub hub;

    @BeforeAll
    static void start() {
        hub = new BotHub("hub.chatbot.gather=1500ms");
        hub.http.always("/bot", BotHub.reply("understood"));
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @AfterEach
    void letItWork() {
        hub.http.usual("/between");
    }

    @Test
    void whatComesTogetherIsOneQuestionInItsOrder() {
        hub.says("491901", "wamid.g1", "hello");
        hub.says("491901", "wamid.g2", "I need beans");
        hub.says("491901", "wamid.g3", "for Sunday");

        await().until(() -> !hub.sentTo("491901").isEmpty() && hub.isIdle());

        assertThat(hub.sentTo("491901")).containsExactly("understood");
        assertThat(hub.asked("491901")).hasSize(1);
        assertThat(words(hub.asked("491901").getFirst()))
                .containsExactly("hello", "I need beans", "for Sunday");
        assertThat(hub.asked("491901").getFirst().path("event").asText())
                .isEqualTo("message:wamid.g3");
    }

    @Test
    void whatComesLaterIsAQuestionOfItsOwn() {
        hub.says("491902", "wamid.g4", "hello");
        await().until(() -> hub.asked("491902").size() == 1);
        hub.says("491902", "wamid.g5", "are you there?");

        await().until(() -> hub.sentTo("491902").size() == 2);

        assertThat(words(hub.asked("491902").get(0))).containsExactly("hello");
        assertThat(words(hub.asked("491902").get(1))).containsExactly("are you there?");
    }

    @Test
    void aCustomerWhoDoesNotStopIsAnsweredAllTheSame() {
        var sent = new AtomicInteger();

        await().pollInterval(Duration.ofMillis(150))
                .until(
                        () -> {
                            int n = sent.incrementAndGet();
                            hub.says("491903", "wamid.e" + n, "and " + n);
                            return !hub.asked("491903").isEmpty();
                        });

        await().until(
                        () ->
                                hub.asked("491903").stream().mapToInt(q -> words(q).size()).sum()
                                        == sent.get());
        List<String> all = hub.asked("491903").stream().flatMap(q -> words(q).stream()).toList();
        assertThat(all).doesNotHaveDuplicates().first().isEqualTo("and 1");
        assertThat(hub.asked("491903").size()).isLessThan(sent.get());
    }

    @Test
    void aRollbackAfterTheAnswerAsksAboutTheSameMessagesAndSendsOnce() {
        hub.http.then("/between", status(503));
        hub.post(
                messages(
                        text("491904", "wamid.g6", BotHub.now(), "one"),
                        text("491904", "wamid.g7", BotHub.now(), "two")));

        await().until(() -> !hub.sentTo("491904").isEmpty() && hub.isIdle());

        assertThat(hub.asked("491904")).hasSize(2);
        assertThat(hub.asked("491904")).allMatch(q -> words(q).equals(List.of("one", "two")));
        assertThat(hub.sentTo("491904")).containsExactly("understood");
    }

    @Test
    void aPersonWhoAnswersMeanwhileSparesTheBotTheQuestion() {
        hub.says("491906", "wamid.g10", "hello");
        hub.post(echoes(echo("491906", "wamid.g11", BotHub.now(), "yo me encargo")));

        await().until(() -> hub.knows("491906", "wamid.g11") && hub.isIdle());

        assertThat(hub.asked("491906")).isEmpty();
        hub.post(echoes(echo("491906", "wamid.g12", BotHub.now() + 1, "#bot")));
        hub.post(messages(text("491906", "wamid.g13", BotHub.now() + 2, "and now?")));
        await().until(() -> !hub.asked("491906").isEmpty());
        assertThat(words(hub.asked("491906").getFirst())).containsExactly("and now?");
    }

    private static List<String> words(JsonNode question) {
        return question.has("messages")
                ? question.path("messages").findValuesAsText("text")
                : List.of(question.path("message").path("text").asText());
    }
}
