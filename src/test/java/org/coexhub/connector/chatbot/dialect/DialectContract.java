package org.coexhub.connector.chatbot.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.coexhub.connector.chatbot.http.BotFailedException;
import org.coexhub.connector.chatbot.http.BotHttpClient;
import org.coexhub.connector.chatbot.render.BotReply;
import org.coexhub.connector.chatbot.render.BotReply.Choice;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

/** What holds for every dialect. */
abstract class DialectContract {

    static final Duration TIMEOUT = Duration.ofSeconds(20);
    static final Duration SHORT = Duration.ofMillis(600);
    static final String ANA = "491701";
    static final String PICTURE = "https://shop.example/roast.jpg";

    FakeBot bot;
    Dialect dialect;

    abstract FakeBot start();

    abstract Dialect connect(BotHttpClient line);

    abstract void botSays(String words);

    abstract void botOffers(String words, List<Choice> choices);

    abstract void botShows(String url, String words);

    abstract void botHandsOver(String words);

    /** Of bots that answer by themselves: what they said meanwhile. */
    BotAnswer ask(BotTurn turn) {
        return dialect.ask(turn);
    }

    @BeforeEach
    void connect() {
        bot = start();
        dialect = connect(new BotHttpClient(TIMEOUT));
    }

    @AfterEach
    void close() {
        bot.close();
    }

    @Test
    void wordsGoToTheBotAndItsWordsComeBack() {
        botSays("Monday to Saturday");

        BotAnswer answer = ask(Turns.saying(ANA, "When are you open?"));

        assertThat(bot.askedWords()).isEqualTo("When are you open?");
        assertThat(answer.replies()).containsExactly(new BotReply.Text("Monday to Saturday"));
        assertThat(answer.handover()).isFalse();
    }

    @Test
    void messagesThatWereGatheredAreOneQuestion() {
        botSays("yes");

        ask(Turns.saying(ANA, "hello", "do you have", "decaf?"));

        assertThat(bot.questions()).hasSize(1);
        assertThat(bot.askedWords()).contains("decaf?");
    }

    @Test
    void choicesComeBackWithTheirPayloads() {
        botOffers(
                "Which one?",
                List.of(new Choice("Huila", "/buy{1}"), new Choice("Sidama", "/buy{2}")));

        BotAnswer answer = ask(Turns.saying(ANA, "menu"));

        assertThat(answer.replies()).hasSize(1);
        var choices = (BotReply.Choices) answer.replies().getFirst();
        assertThat(choices.words()).isEqualTo("Which one?");
        assertThat(choices.choices()).extracting(Choice::title).containsExactly("Huila", "Sidama");
        assertThat(choices.choices())
                .extracting(Choice::payload)
                .containsExactlyElementsOf(payloadsOf("/buy{1}", "Huila", "/buy{2}", "Sidama"));
    }

    /** Payloads and titles in turn; for bots that know no payloads, the titles. */
    List<String> payloadsOf(String... both) {
        return List.of(both[0], both[2]);
    }

    @Test
    void aTapTellsTheBotItsOwnPayload() {
        botSays("a good choice");

        ask(Turns.taking(ANA, "Huila", "/buy{1}"));

        assertThat(bot.askedWords()).isEqualTo("/buy{1}");
    }

    @Test
    void aPictureComesBackByItsAddress() {
        botShows(PICTURE, "our roast");

        BotAnswer answer = ask(Turns.saying(ANA, "show me"));

        assertThat(answer.replies())
                .filteredOn(BotReply.Media.class::isInstance)
                .extracting(r -> ((BotReply.Media) r).url())
                .containsExactly(PICTURE);
    }

    @Test
    void aPictureOfTheCustomerIsToldByItsKindAndId() {
        botSays("nice");

        ask(Turns.showing(ANA, "image", "media-1"));

        assertThat(bot.lastQuestion().body().toString()).contains("image");
    }

    @Test
    void theBotsOwnSignalCallsPeople() {
        botHandsOver("a colleague takes over");

        BotAnswer answer = ask(Turns.saying(ANA, "I am angry"));

        assertThat(answer.handover()).isTrue();
        assertThat(answer.replies())
                .filteredOn(BotReply.Text.class::isInstance)
                .containsExactly(new BotReply.Text("a colleague takes over"));
    }

    @Test
    void aBotThatIsBusyIsWorthAnotherTryWhenItSays() {
        bot.nextFails(429, "{}", "Retry-After", "7");
        bot.nextFails(503, "");

        BotFailedException busy = failure();
        BotFailedException away = failure();

        assertThat(busy.kind()).isEqualTo(BotFailedException.Kind.PASSING);
        assertThat(busy.retryAfter()).isEqualTo(Duration.ofSeconds(7));
        assertThat(away.kind()).isEqualTo(BotFailedException.Kind.PASSING);
    }

    @Test
    void aBotThatSaysNoIsNotAskedAgain() {
        bot.nextFails(400, "{\"error\":{\"message\":\"customer wrote something odd\"}}");

        BotFailedException refused = failure();

        assertThat(refused.kind()).isEqualTo(BotFailedException.Kind.LASTING);
        assertThat(refused.getMessage()).contains("400").doesNotContain("odd");
    }

    @Test
    void aBotThatHangsIsGivenUpInTime() {
        dialect = connect(new BotHttpClient(SHORT));
        bot.nextHangs();

        BotFailedException slow = failure();

        assertThat(slow.kind()).isEqualTo(BotFailedException.Kind.PASSING);
        assertThat(slow).hasMessageContaining("no answer within PT0.6S");
    }

    @Test
    void nobodyThereIsWorthAnotherTry() {
        bot.close();

        assertThat(failure().kind()).isEqualTo(BotFailedException.Kind.PASSING);
    }

    BotFailedException failure() {
        return catchThrowableOfType(
                BotFailedException.class, () -> dialect.ask(Turns.saying(ANA, "hello")));
    }
}
