package org.coexhub.connector.chatbot.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.connector.chatbot.http.BotHttpClient;
import org.coexhub.connector.chatbot.http.ServiceAccount;
import org.coexhub.connector.chatbot.render.BotReply;
import org.coexhub.connector.chatbot.render.BotReply.Choice;
import org.coexhub.connector.chatbot.render.WhatsAppForms;
import org.coexhub.testing.TestClock;
import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

class DialogflowDialectTest extends DialectContract {

    private final TestClock clock = new TestClock();
    private final FakeDialogflow fake = new FakeDialogflow(clock);

    @Override
    FakeBot start() {
        return fake;
    }

    @Override
    Dialect connect(BotHttpClient line) {
        Path key = fake.keyFile();
        BotSettings settings =
                Turns.settings(
                        "dialect=dialogflow-cx",
                        "url=" + fake.url(FakeDialogflow.AGENT),
                        "key-file=" + key);
        return new DialogflowDialect(line, settings, ServiceAccount.of(key, "", clock));
    }

    @Override
    void botSays(String words) {
        said("[{'text':{'text':['" + words + "']}}]");
    }

    @Override
    void botOffers(String words, List<Choice> choices) {
        String options =
                String.join(
                        ",", choices.stream().map(c -> "{'text':'" + c.title() + "'}").toList());
        said(
                "[{'text':{'text':['"
                        + words
                        + "']}},{'payload':{'richContent':[[{'type':'chips','options':["
                        + options
                        + "]}]]}}]");
    }

    /** Chips say their own words. */
    @Override
    List<String> payloadsOf(String... both) {
        return List.of(both[1], both[3]);
    }

    @Override
    BotAnswer ask(BotTurn turn) {
        BotAnswer answer = dialect.ask(turn);
        if (answer.replies().size() == 2
                && answer.replies().get(0) instanceof BotReply.Text text
                && answer.replies().get(1) instanceof BotReply.Choices chips) {
            List<Choice> choices =
                    chips.choices().stream().map(c -> new Choice(c.title(), c.title())).toList();
            return BotAnswer.of(
                    List.of(new BotReply.Choices(text.words(), choices)), answer.handover());
        }
        return answer;
    }

    @Override
    void botShows(String url, String words) {
        said("[{'payload':{'richContent':[[{'type':'image','rawUrl':'" + url + "'}]]}}]");
    }

    @Override
    void botHandsOver(String words) {
        said("[{'text':{'text':['" + words + "']}},{'liveAgentHandoff':{'metadata':{}}}]");
    }

    private void said(String json) {
        fake.says(tree(json));
    }

    private static JsonNode tree(String json) {
        try {
            return FakeBot.JSON.readTree(json.replace('\'', '"'));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void oneTokenServesUntilItIsNearItsEnd() {
        botSays("hi");
        dialect.ask(Turns.saying(ANA, "one"));
        dialect.ask(Turns.saying(ANA, "two"));
        assertThat(fake.tokensGiven()).isEqualTo(1);

        clock.advance(Duration.ofMinutes(59));
        dialect.ask(Turns.saying(ANA, "three"));

        assertThat(fake.tokensGiven()).isEqualTo(2);
    }

    @Test
    void aTokenThatIsRefusedBeforeItsTimeIsReplacedAtOnce() {
        botSays("hi");
        dialect.ask(Turns.saying(ANA, "one"));
        fake.revokeToken();

        assertThat(dialect.ask(Turns.saying(ANA, "two")).replies()).hasSize(1);
        assertThat(fake.tokensGiven()).isEqualTo(2);
    }

    @Test
    void aCustomerHasOneSessionAndLongWordsAreCutToWhatGoogleTakes() {
        botSays("hi");
        dialect.ask(Turns.saying(ANA, "x".repeat(300)));
        dialect.ask(Turns.saying(ANA, "short"));
        dialect.ask(Turns.saying("491702", "short"));

        var paths = fake.questions().stream().map(FakeBot.Request::path).toList();
        assertThat(paths.get(0)).isEqualTo(paths.get(1)).isNotEqualTo(paths.get(2));
    }

    @Test
    void listItemsThatFollowEachOtherAreOneList() {
        said(
                "[{'text':{'text':['Which?']}},{'payload':{'richContent':[["
                        + "{'type':'list','title':'Huila','subtitle':'250 g'},{'type':'divider'},"
                        + "{'type':'list','title':'Sidama','subtitle':'250 g'},"
                        + "{'type':'list','title':'Decaf','subtitle':'250 g'},"
                        + "{'type':'list','title':'Tea','subtitle':'50 g'}]]}}]");

        var forms = WhatsAppForms.of(dialect.ask(Turns.saying(ANA, "menu")).replies(), "Choose");

        assertThat(forms.messages()).hasSize(1);
        JsonNode list = forms.messages().getFirst().path("interactive");
        assertThat(list.path("type").asText()).isEqualTo("list");
        assertThat(list.at("/action/sections/0/rows").findValuesAsText("title"))
                .containsExactly("Huila", "Sidama", "Decaf", "Tea");
        assertThat(list.at("/action/sections/0/rows/0/description").asText()).isEqualTo("250 g");
    }

    @Test
    void aKeyFileThatIsNoneStopsTheStart() {
        assertThatThrownBy(() -> ServiceAccount.of(Path.of("pom.xml"), "", clock))
                .hasMessageContaining("hub.chatbot.key-file");
    }
}
