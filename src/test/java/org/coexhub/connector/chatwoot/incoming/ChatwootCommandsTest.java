package org.coexhub.connector.chatwoot.incoming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.coexhub.connector.chatwoot.FakeChatwoot;
import org.coexhub.connector.chatwoot.client.ChatwootSettings;
import org.coexhub.platform.http.RefusedCallers;
import org.coexhub.testing.TestClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Which of Chatwoot's webhooks are replies of agents, and whose they are. */
class ChatwootCommandsTest {

    private final ObjectMapper json = new ObjectMapper();
    private final TestClock clock = new TestClock();
    private final RefusedCallers strangers = new RefusedCallers(new SimpleMeterRegistry());

    @Test
    void onlyWhatAPersonWroteInChatwootIsAReply() throws Exception {
        assertThat(AgentMessage.isReply(reply())).isTrue();
        assertThat(AgentMessage.isReply(reply().put("message_type", 1))).isTrue();
        assertThat(AgentMessage.isReply(reply().put("message_type", "incoming"))).isFalse();
        assertThat(AgentMessage.isReply(reply().put("message_type", "template"))).isFalse();
        assertThat(AgentMessage.isReply(reply().put("private", true))).isFalse();
        assertThat(AgentMessage.isReply(reply().put("source_id", "wamid.1"))).isFalse();
        assertThat(AgentMessage.isReply(sentBy("agent_bot"))).isFalse();
        assertThat(AgentMessage.isReply(marked("hub_source", "bot"))).isFalse();
        assertThat(AgentMessage.isReply(marked("external_echo", "true"))).isFalse();
        assertThat(AgentMessage.isReply(marked("deleted", "true"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "**bold** and *slanted*|*bold* and _slanted_",
                "_slanted_ ~~gone~~|_slanted_ ~gone~",
                "see [our page](https://example.com/a_b)|see our page (https://example.com/a_b)",
                "[https://example.com](https://example.com)|https://example.com",
                "1\\. not a list, 2 \\* 3|1. not a list, 2 * 3",
                "`a **b** c` and **d**|`a **b** c` and *d*",
                "5 * 3 * 2|5 * 3 * 2",
                "**a** b **c d**, ** e **|*a* b *c d*, ** e **",
                "**** and ** a b**|*** and ** a b*",
                "~~a ~~b~~|~a ~~b~",
                "[[a](b) [](c) [d]() [e] (f)|[a (b) [](c) [d]() [e] (f)",
                "***both***|**both**"
            })
    void markdownBecomesWhatWhatsAppWrites(String markdown, String whatsapp) {
        assertThat(AgentText.ofMarkdown(markdown)).isEqualTo(whatsapp);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[", "[a](", "[a]", "[a](b", "**a ", "** ", "~~a ", "*a ", "*", "`a\n", "```", "\\",
                "(", "a"
            })
    void anyMarkdownIsReadInNoTime(String pattern) {
        String text = pattern.repeat(60_000 / pattern.length());

        assertTimeoutPreemptively(
                Duration.ofSeconds(2), () -> assertThat(AgentText.ofMarkdown(text)).isNotNull());
    }

    @Test
    void aLongTextIsCutWhereWordsEnd() {
        String text = "word ".repeat(2000).strip();

        List<String> pieces = AgentText.pieces(text);

        assertThat(pieces).hasSize(3).allMatch(piece -> piece.length() <= 4096);
        assertThat(String.join(" ", pieces)).isEqualTo(text);
    }

    @Test
    void aWebhookIsBelievedByItsFreshSignature() {
        var gate =
                new ChatwootGate(
                        settings("old-secret," + FakeChatwoot.SECRET, ""), clock, strangers);
        byte[] body = "{\"event\":\"message_created\"}".getBytes(StandardCharsets.UTF_8);
        String time = Long.toString(clock.instant().getEpochSecond());
        String signature =
                FakeChatwoot.signature(time + "." + new String(body, StandardCharsets.UTF_8));

        assertThatCode(() -> gate.verify(body, signature, time, null)).doesNotThrowAnyException();
        refused(() -> gate.verify(body, null, time, null));
        refused(() -> gate.verify(body, signature, null, null));
        refused(() -> gate.verify(body, signature.replace('a', 'b'), time, null));
        refused(() -> gate.verify(new byte[] {'{', '}'}, signature, time, null));
        clock.advance(Duration.ofMinutes(6));
        refused(() -> gate.verify(body, signature, time, null));
    }

    @Test
    void aChatwootThatDoesNotSignIsKnownByTheTokenInTheAddress() {
        var gate = new ChatwootGate(settings("", "a-long-token"), clock, strangers);

        assertThatCode(() -> gate.verify(new byte[0], null, null, "a-long-token"))
                .doesNotThrowAnyException();
        refused(() -> gate.verify(new byte[0], null, null, "another"));
        refused(() -> gate.verify(new byte[0], null, null, null));
    }

    @Test
    void settingsThatWouldLetAnybodyInAreRefused() {
        assertThatThrownBy(() -> settings("", ""))
                .hasMessageContaining(
                        "(hub.chatwoot.webhook-secret) or hub.chatwoot.webhook-token is missing");
        assertThat(settings("s", "t").toString()).doesNotContain("token-of-the-agent");
    }

    private static void refused(Runnable call) {
        assertThatThrownBy(call::run).isInstanceOf(UnverifiedChatwootException.class);
    }

    private static ChatwootSettings settings(String secrets, String token) {
        return new ChatwootSettings(
                "https://chat.example.com/",
                FakeChatwoot.TOKEN,
                1,
                List.of("3"),
                List.of(secrets.split(",")),
                token,
                0,
                true,
                true,
                Duration.ofSeconds(20),
                Duration.ofSeconds(1),
                ChatwootSettings.Files.UPLOAD,
                List.of(),
                Duration.ZERO);
    }

    private ObjectNode marked(String name, String value) throws IOException {
        ObjectNode message = reply();
        message.withObject("/content_attributes").put(name, value);
        return message;
    }

    private ObjectNode sentBy(String type) throws IOException {
        ObjectNode message = reply();
        message.withObject("/sender").put("type", type);
        return message;
    }

    private ObjectNode reply() throws IOException {
        return (ObjectNode)
                json.readTree(
                        """
                        {"id": 7, "content": "hello", "message_type": "outgoing", "private": false,
                         "source_id": null, "content_attributes": {"in_reply_to": null},
                         "sender": {"id": 1, "name": "Ada Agent", "type": "user"}}
                        """);
    }
}
