package org.coexhub.connector.chatbot.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.connector.chatbot.http.BotFailedException;
import org.coexhub.connector.chatbot.http.BotHttpClient;
import org.coexhub.connector.chatbot.render.BotReply;
import org.coexhub.connector.chatbot.render.BotReply.Choice;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class BotpressDialectTest extends DialectContract {

    private final FakeBotpress fake = new FakeBotpress();

    @Override
    FakeBot start() {
        return fake;
    }

    @Override
    Dialect connect(BotHttpClient line) {
        return new BotpressDialect(
                line,
                Turns.settings(
                        "dialect=botpress",
                        "url=" + fake.url("/f1e2"),
                        "token=" + FakeBotpress.TOKEN,
                        "callback-key=k"));
    }

    @Override
    void botSays(String words) {
        fake.says("text", payload().put("text", words));
    }

    @Override
    void botOffers(String words, List<Choice> choices) {
        ObjectNode payload = payload().put("text", words);
        var options = payload.putArray("options");
        choices.forEach(c -> options.addObject().put("label", c.title()).put("value", c.payload()));
        fake.says("choice", payload);
    }

    @Override
    void botShows(String url, String words) {
        fake.says("image", payload().put("imageUrl", url));
    }

    @Override
    void botHandsOver(String words) {
        botSays(words);
        fake.says("custom", payload().put("handover", "human"));
    }

    @Override
    BotAnswer ask(BotTurn turn) {
        assertThat(dialect.ask(turn)).isEqualTo(BotAnswer.NOTHING);
        var replies = new ArrayList<BotReply>();
        boolean handover = false;
        for (ObjectNode request : fake.spoken()) {
            var spoken = ((BotpressDialect) dialect).read(request).orElseThrow();
            assertThat(spoken.conversation()).isEqualTo(turn.conversation());
            replies.addAll(spoken.answer().replies());
            handover |= spoken.answer().handover();
        }
        return BotAnswer.of(replies, handover);
    }

    private static ObjectNode payload() {
        return FakeBot.JSON.createObjectNode();
    }

    @Test
    void theSameEventHasTheSameMessageId() {
        BotTurn turn = Turns.saying(ANA, "hello");
        dialect.ask(turn);
        dialect.ask(turn);

        assertThat(fake.questions())
                .extracting(q -> q.body().path("messageId").asText())
                .containsOnly(turn.id().value());
    }

    @Test
    void aCardIsAPictureItsWordsAndItsButtons() {
        ObjectNode card = payload().put("title", "Huila").put("subtitle", "250 g");
        card.put("imageUrl", PICTURE);
        card.putArray("actions")
                .add(action("postback", "Buy", "/buy"))
                .add(action("url", "Read more", "https://a.example/huila"));
        fake.says("card", card);
        ObjectNode carousel = payload();
        carousel.putArray("items").add(card.deepCopy()).add(card.deepCopy());
        fake.says("carousel", carousel);

        assertThat(ask(Turns.saying(ANA, "hi")).replies())
                .extracting(r -> r.getClass().getSimpleName())
                .containsSequence("Media", "Link", "Choices")
                .hasSize(9);
    }

    private static ObjectNode action(String kind, String label, String value) {
        return payload().put("action", kind).put("label", label).put("value", value);
    }

    @Test
    void theTrialOfTheAddressIsNoMessageAndAMessageHasToNameItsConversation() {
        var botpress = (BotpressDialect) dialect;

        assertThat(botpress.read(payload().put("type", "test").put("payload", "test"))).isEmpty();
        assertThatThrownBy(() -> botpress.read(payload().put("type", "text")))
                .isInstanceOf(BotFailedException.class);
    }
}
