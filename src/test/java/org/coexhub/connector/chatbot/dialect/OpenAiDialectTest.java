package org.coexhub.connector.chatbot.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.connector.chatbot.http.BotFailedException;
import org.coexhub.connector.chatbot.http.BotHttpClient;
import org.coexhub.connector.chatbot.memory.Memory;
import org.coexhub.connector.chatbot.memory.TokenBudget;
import org.coexhub.connector.chatbot.render.BotReply;
import org.coexhub.connector.chatbot.render.BotReply.Choice;
import org.coexhub.testing.TestClock;
import org.coexhub.testing.TestDatabase;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A model knows words alone, so choices and pictures of the bot are not for it. */
class OpenAiDialectTest extends DialectContract {

    private static final String PROMPT = "You are the assistant of Harbour Coffee.";

    private final FakeOpenAi fake = new FakeOpenAi();
    private final TestClock clock = new TestClock();
    private final List<Memory.Line> said = new ArrayList<>();
    private final javax.sql.DataSource database = TestDatabase.postgres();
    private Path prompt;

    @Override
    FakeBot start() {
        return fake;
    }

    @Override
    Dialect connect(BotHttpClient line) {
        return connect(line, "memory=4", "daily-tokens=250");
    }

    private Dialect connect(BotHttpClient line, String... more) {
        try {
            prompt = Files.createTempFile("prompt", ".txt");
            Files.writeString(prompt, PROMPT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var settings =
                new ArrayList<>(
                        List.of(
                                "dialect=openai",
                                "url=" + fake.url("/v1"),
                                "token=" + FakeOpenAi.KEY,
                                "model=llama3.1",
                                "temperature=0.2",
                                "prompt-file=" + prompt));
        settings.addAll(List.of(more));
        BotSettings bound = Turns.settings(settings.toArray(String[]::new));
        Memory memory = (id, most) -> said.subList(Math.max(0, said.size() - most), said.size());
        var budget = new TokenBudget(database, bound.dailyTokens(), clock);
        return new OpenAiDialect(line, bound, memory, budget);
    }

    @Override
    void botSays(String words) {
        fake.says(words);
    }

    @Override
    void botOffers(String words, List<Choice> choices) {
        fake.says(words);
    }

    @Override
    void botShows(String url, String words) {
        fake.says(url);
    }

    @Override
    void botHandsOver(String words) {
        fake.calls(OpenAiDialect.TOOL, words);
    }

    @Override
    @Test
    void choicesComeBackWithTheirPayloads() {
        botOffers("Huila or Sidama?", List.of());

        assertThat(ask(Turns.saying(ANA, "menu")).replies())
                .containsExactly(new BotReply.Text("Huila or Sidama?"));
    }

    @Override
    @Test
    void aPictureComesBackByItsAddress() {
        botShows(PICTURE, "");

        assertThat(ask(Turns.saying(ANA, "show me")).replies())
                .containsExactly(new BotReply.Text(PICTURE));
    }

    @Test
    void theModelIsToldThePromptTheNewestOfTheConversationAndItsLimits() throws Exception {
        for (int i = 1; i <= 6; i++) {
            said.add(new Memory.Line("message:wamid.old." + i, i % 2 == 1, "line " + i));
        }
        BotTurn turn = Turns.saying(ANA, "and now?");
        said.add(new Memory.Line(turn.id().value(), true, "and now?"));
        fake.says("fine");

        dialect.ask(turn);

        JsonNode asked = bot.lastQuestion().body();
        assertThat(asked.path("messages").findValuesAsText("content"))
                .containsExactly(PROMPT, "line 3", "line 4", "line 5", "line 6", "and now?");
        assertThat(asked.path("messages").findValuesAsText("role"))
                .containsExactly("system", "user", "assistant", "user", "assistant", "user");
        assertThat(asked.path("max_tokens").asInt()).isEqualTo(500);
        assertThat(asked.path("temperature").asDouble()).isEqualTo(0.2);
        Files.writeString(prompt, "A new prompt.");
        dialect.ask(Turns.saying(ANA, "again"));
        assertThat(bot.lastQuestion().body().at("/messages/0/content").asText())
                .isEqualTo("A new prompt.");
    }

    @Test
    void aLongConversationIsCutFromItsBeginning() {
        said.add(new Memory.Line("message:1", true, "x".repeat(60)));
        said.add(new Memory.Line("message:2", false, "y".repeat(60)));
        fake.says("fine");

        connect(new BotHttpClient(TIMEOUT), "memory-characters=100", "tools=false")
                .ask(Turns.saying(ANA, "now"));

        JsonNode asked = bot.lastQuestion().body();
        assertThat(asked.path("messages").findValuesAsText("content"))
                .containsExactly(PROMPT, "y".repeat(60), "now");
        assertThat(asked.has("tools")).isFalse();
    }

    @Test
    void whatADayMayCostIsNotExceededByMoreThanOneAnswerAndTomorrowIsAnotherDay() {
        fake.says("fine");
        fake.costs(200);
        dialect.ask(Turns.saying(ANA, "one"));
        dialect.ask(Turns.saying(ANA, "two"));

        BotFailedException spent = failure();

        assertThat(spent.kind()).isEqualTo(BotFailedException.Kind.SPENT);
        assertThat(bot.questions()).hasSize(2);
        clock.advance(Duration.ofDays(1));
        assertThat(dialect.ask(Turns.saying(ANA, "three")).replies()).hasSize(1);
    }

    @Test
    void aModelThatSaysNothingHasFailed() {
        fake.says("");

        assertThat(failure().kind()).isEqualTo(BotFailedException.Kind.PASSING);
    }

    @Test
    void withoutAPromptThereIsNoModel() {
        assertThatThrownBy(
                        () -> Turns.settings("dialect=openai", "url=http://127.0.0.1:1", "model=m"))
                .rootCause()
                .hasMessageContaining("(hub.chatbot.prompt-file) is missing");
        assertThatThrownBy(() -> Turns.settings("dialect=esperanto"))
                .rootCause()
                .hasMessageContaining("generic, rasa, botpress, dialogflow-cx");
    }
}
