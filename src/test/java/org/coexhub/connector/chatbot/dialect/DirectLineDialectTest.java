package org.coexhub.connector.chatbot.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.connector.chatbot.http.BotFailedException;
import org.coexhub.connector.chatbot.http.BotHttpClient;
import org.coexhub.connector.chatbot.memory.BotSessions;
import org.coexhub.connector.chatbot.render.BotReply;
import org.coexhub.connector.chatbot.render.BotReply.Choice;
import org.coexhub.testing.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.stream.Stream;

import javax.sql.DataSource;

class DirectLineDialectTest extends DialectContract {

    private final DataSource database = TestDatabase.postgres();
    private final FakeDirectLine fake = new FakeDirectLine();

    @Override
    FakeBot start() {
        return fake;
    }

    @Override
    Dialect connect(BotHttpClient line) {
        return new DirectLineDialect(
                line,
                Turns.settings(
                        "dialect=direct-line",
                        "url=" + fake.url(FakeDirectLine.BASE),
                        "token=" + FakeDirectLine.SECRET),
                new BotSessions(database));
    }

    @Override
    void botSays(String words) {
        fake.says(message(words));
    }

    @Override
    void botOffers(String words, List<Choice> choices) {
        ObjectNode message = message(words);
        var actions = message.putObject("suggestedActions").putArray("actions");
        choices.forEach(
                c ->
                        actions.addObject()
                                .put("type", "imBack")
                                .put("title", c.title())
                                .put("value", c.payload()));
        fake.says(message);
    }

    @Override
    void botShows(String url, String words) {
        ObjectNode message = message(words);
        message.putArray("attachments")
                .addObject()
                .put("contentType", "image/jpeg")
                .put("contentUrl", url);
        fake.says(message);
    }

    @Override
    void botHandsOver(String words) {
        fake.says(
                message(words),
                FakeBot.JSON
                        .createObjectNode()
                        .put("type", "event")
                        .put("name", "handoff.initiate"));
    }

    private static ObjectNode message(String words) {
        return FakeBot.JSON.createObjectNode().put("type", "message").put("text", words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"conversationId", "id", "watermark"})
    void anIdThatCannotBeKeptIsNoAnswer(String name) {
        botSays("one");
        for (String id : List.of("x".repeat(1025), "x\u0000")) {
            fake.insteadOf(name, id);

            assertThatThrownBy(() -> dialect.ask(Turns.saying(ANA, "1")))
                    .isInstanceOf(BotFailedException.class)
                    .hasMessageContaining(name);
        }
    }

    @Test
    void aBotThatSaysEverMoreIsNotHeardToTheEnd() {
        fake.tellsAtOnce(1);
        fake.says(
                Stream.generate(() -> message("x".repeat(600_000)))
                        .limit(2)
                        .map(one -> one.put("type", "typing"))
                        .toArray(ObjectNode[]::new));

        assertThatThrownBy(() -> dialect.ask(Turns.saying(ANA, "1")))
                .isInstanceOfSatisfying(
                        BotFailedException.class,
                        failure ->
                                assertThat(failure.kind())
                                        .isEqualTo(BotFailedException.Kind.LASTING));
    }

    @Test
    void aConversationGoesOnWhereItWasEvenAfterARestart() {
        botSays("one");
        dialect.ask(Turns.saying(ANA, "1"));
        Dialect restarted = connect(new BotHttpClient(TIMEOUT));
        botSays("two");

        BotAnswer answer = restarted.ask(Turns.saying(ANA, "2"));

        assertThat(answer.replies()).containsExactly(new BotReply.Text("two"));
        assertThat(fake.begun()).isEqualTo(1);
        restarted.ask(Turns.saying("491702", "1"));
        assertThat(fake.begun()).as("another customer").isEqualTo(2);
    }

    @Test
    void theSameTurnAgainGivesTheSameAnswerAndAsksNothing() {
        botSays("one");
        BotTurn turn = Turns.saying(ANA, "1");
        BotAnswer first = dialect.ask(turn);

        BotAnswer again = dialect.ask(turn);

        assertThat(again).isEqualTo(first);
        assertThat(fake.questions()).hasSize(1);
    }

    @Test
    void aQuestionWhoseAnswerGotLostIsNotAskedTwice() {
        botSays("one");
        fake.losesAnAnswer();
        BotTurn turn = Turns.saying(ANA, "1");
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> dialect.ask(turn)))
                .hasMessageContaining("502");

        assertThat(dialect.ask(turn).replies()).containsExactly(new BotReply.Text("one"));
        assertThat(fake.questions()).hasSize(1);
    }

    @Test
    void whatWasSaidBetweenTurnsComesWithTheNextOne() {
        botSays("one");
        dialect.ask(Turns.saying(ANA, "1"));
        fake.adds(message("by the way"));
        botSays("two");

        assertThat(dialect.ask(Turns.saying(ANA, "2")).replies())
                .containsExactly(new BotReply.Text("by the way"), new BotReply.Text("two"));
    }

    @Test
    void aConversationThatIsForgottenThereBeginsAnew() {
        botSays("one");
        dialect.ask(Turns.saying(ANA, "1"));
        fake.forgetsConversations();

        assertThat(dialect.ask(Turns.saying(ANA, "2")).replies())
                .containsExactly(new BotReply.Text("one"));
        assertThat(fake.begun()).isEqualTo(2);
    }

    @Test
    void aBotThatTakesTheQuestionAndSaysNothingIsNotAskedTwice() {
        fake.says();
        BotTurn turn = Turns.saying(ANA, "hello");
        Dialect hasty = connect(new BotHttpClient(SHORT));
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> hasty.ask(turn)))
                .hasMessageContaining("no answer within");
        fake.adds(message("at last").put("replyToId", "a|0000000"));

        assertThat(dialect.ask(turn).replies()).containsExactly(new BotReply.Text("at last"));
        assertThat(fake.questions()).hasSize(1);
    }

    @Test
    void aHeroCardIsAPictureItsWordsAndItsButtons() {
        ObjectNode message = message("");
        ObjectNode card = message.putArray("attachments").addObject();
        card.put("contentType", "application/vnd.microsoft.card.hero");
        ObjectNode content = card.putObject("content").put("title", "Huila").put("text", "250 g");
        content.putArray("images").addObject().put("url", PICTURE);
        content.putArray("buttons")
                .addObject()
                .put("type", "postBack")
                .put("title", "Buy")
                .put("value", "buy-1");
        fake.says(message);

        assertThat(dialect.ask(Turns.saying(ANA, "menu")).replies())
                .containsExactly(
                        new BotReply.Media(BotReply.Kind.IMAGE, PICTURE, null, null),
                        new BotReply.Choices("Huila\n250 g", List.of(new Choice("Buy", "buy-1"))));
    }
}
