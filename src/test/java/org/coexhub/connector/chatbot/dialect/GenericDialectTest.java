package org.coexhub.connector.chatbot.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.connector.chatbot.http.BotFailedException;
import org.coexhub.connector.chatbot.http.BotHttpClient;
import org.coexhub.connector.chatbot.render.BotReply;
import org.coexhub.connector.chatbot.render.BotReply.Choice;
import org.coexhub.testing.EndlessAnswer;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

class GenericDialectTest extends DialectContract {

    private final FakeGenericBot fake = new FakeGenericBot();

    @Override
    FakeBot start() {
        return fake;
    }

    @Override
    Dialect connect(BotHttpClient line) {
        return new GenericDialect(line, Turns.settings("url=" + fake.url("/turn"), "token=secret"));
    }

    @Override
    void botSays(String words) {
        fake.says("{'replies':[{'type':'text','text':{'body':'" + words + "'}}]}");
    }

    @Override
    void botOffers(String words, List<Choice> choices) {
        var buttons = FakeBot.JSON.createArrayNode();
        choices.forEach(
                c ->
                        buttons.addObject()
                                .put("type", "reply")
                                .putObject("reply")
                                .put("id", c.payload())
                                .put("title", c.title()));
        fake.says(
                "{'replies':[{'type':'interactive','interactive':{'type':'button','body':{'text':'"
                        + words
                        + "'},'action':{'buttons':"
                        + buttons
                        + "}}}]}");
    }

    @Override
    void botShows(String url, String words) {
        fake.says("{'replies':[{'type':'image','image':{'link':'" + url + "'}}]}");
    }

    @Override
    void botHandsOver(String words) {
        fake.says(
                "{'replies':[{'type':'text','text':{'body':'" + words + "'}}],'handover':'human'}");
    }

    /** Its replies are in Meta's form; read back here for the common tests. */
    @Override
    BotAnswer ask(BotTurn turn) {
        BotAnswer answer = dialect.ask(turn);
        return BotAnswer.of(
                answer.replies().stream().map(r -> read(((BotReply.Ready) r).message())).toList(),
                answer.handover());
    }

    private static BotReply read(ObjectNode message) {
        return switch (message.path("type").asText()) {
            case "text" -> new BotReply.Text(message.path("text").path("body").asText());
            case "image" ->
                    new BotReply.Media(
                            BotReply.Kind.IMAGE,
                            message.path("image").path("link").asText(),
                            null,
                            null);
            default -> {
                var interactive = message.path("interactive");
                var choices = new java.util.ArrayList<Choice>();
                for (var button : interactive.path("action").path("buttons")) {
                    var reply = button.path("reply");
                    choices.add(
                            new Choice(reply.path("title").asText(), reply.path("id").asText()));
                }
                yield new BotReply.Choices(interactive.path("body").path("text").asText(), choices);
            }
        };
    }

    @Test
    void theQuestionNamesEventCustomerAndAllMessages() {
        dialect.ask(Turns.saying(ANA, "one", "two"));

        var asked = bot.lastQuestion();
        assertThat(asked.authorization()).isEqualTo("Bearer secret");
        assertThat(asked.body().path("event").asText()).startsWith("message:wamid.");
        assertThat(asked.body().path("customer").path("waId").asText()).isEqualTo(ANA);
        assertThat(asked.body().path("message").path("text").asText()).isEqualTo("two");
        assertThat(asked.body().path("messages").findValuesAsText("text"))
                .containsExactly("one", "two");
    }

    @Test
    void anEmptyAnswerIsSilenceAndAnythingElseIsABrokenContract() {
        fake.says("");
        assertThat(dialect.ask(Turns.saying(ANA, "hello")).replies()).isEmpty();

        for (String broken : List.of("{'replies':'hello'}", "{'replies':['hello']}", "hello")) {
            fake.says(broken);
            assertThat(failure().kind()).as(broken).isEqualTo(BotFailedException.Kind.LASTING);
        }
    }

    @Test
    void anAnswerWithoutEndIsNotReadToItsEnd() {
        try (var endless = EndlessAnswer.fast()) {
            dialect =
                    new GenericDialect(
                            new BotHttpClient(Duration.ofSeconds(20)),
                            Turns.settings("url=" + endless.url()));

            BotFailedException tooLarge = failure();

            assertThat(tooLarge.kind()).isEqualTo(BotFailedException.Kind.LASTING);
            assertThat(tooLarge).hasMessageContaining("larger than 1 MiB");
        }
    }
}
