package org.coexhub.connector.chatbot.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import org.coexhub.connector.chatbot.http.BotFailedException;
import org.coexhub.connector.chatbot.http.BotHttpClient;
import org.coexhub.connector.chatbot.render.BotReply;
import org.coexhub.connector.chatbot.render.BotReply.Choice;
import org.junit.jupiter.api.Test;

import java.util.List;

class RasaDialectTest extends DialectContract {

    private final FakeRasa fake = new FakeRasa();

    @Override
    FakeBot start() {
        return fake;
    }

    @Override
    Dialect connect(BotHttpClient line) {
        return new RasaDialect(
                line, Turns.settings("dialect=rasa", "url=" + fake.url("/webhooks/rest/webhook")));
    }

    @Override
    void botSays(String words) {
        said("[{'text':'" + words + "'}]");
    }

    @Override
    void botOffers(String words, List<Choice> choices) {
        var said = FakeBot.JSON.createArrayNode();
        var buttons = said.addObject().put("text", words).putArray("buttons");
        choices.forEach(
                c -> buttons.addObject().put("title", c.title()).put("payload", c.payload()));
        fake.says(said);
    }

    @Override
    void botShows(String url, String words) {
        said("[{'text':'" + words + "','image':'" + url + "'}]");
    }

    @Override
    void botHandsOver(String words) {
        said("[{'text':'" + words + "'},{'custom':{'handover':'human'}}]");
    }

    private void said(String json) {
        try {
            fake.says(
                    (com.fasterxml.jackson.databind.node.ArrayNode)
                            FakeBot.JSON.readTree(json.replace('\'', '"')));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void theSenderIsTheConversationAndTheCustomerIsInTheMetadata() {
        dialect.ask(Turns.showing(ANA, "image", "media-1"));

        var asked = bot.lastQuestion().body();
        assertThat(asked.path("sender").asText()).isEqualTo(Turns.NUMBER + ":" + ANA);
        assertThat(asked.path("message").asText()).isEqualTo("[image]");
        assertThat(asked.at("/metadata/customer/name").asText()).isEqualTo("Ana");
        assertThat(asked.at("/metadata/media/id").asText()).isEqualTo("media-1");
    }

    @Test
    void aPictureWithButtonsIsAPictureAndThenTheChoices() {
        said(
                "[{'text':'which?','image':'"
                        + PICTURE
                        + "','buttons':[{'title':'One','payload':'/1'}]},"
                        + "{'attachment':{'type':'video','payload':{'src':'https://a.example/v'}}},"
                        + "{'custom':{'whatsapp':{'type':'sticker','sticker':{'id':'7'}}}}]");

        assertThat(dialect.ask(Turns.saying(ANA, "hi")).replies())
                .extracting(r -> r.getClass().getSimpleName())
                .containsExactly("Media", "Choices", "Media", "Ready");
    }

    @Test
    void anObjectIsNotWhatRasaAnswers() {
        bot.nextFails(200, "{}");

        assertThat(failure().kind()).isEqualTo(BotFailedException.Kind.LASTING);
    }

    @Test
    void silenceIsAnAnswer() {
        said("[]");

        assertThat(dialect.ask(Turns.saying(ANA, "hi")).replies()).isEqualTo(List.<BotReply>of());
    }
}
