package org.coexhub.sandbox.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import org.coexhub.sandbox.meta.account.Misbehaviour;
import org.coexhub.sandbox.meta.account.Pace;
import org.coexhub.sandbox.meta.account.WebhookAttempt;
import org.coexhub.sandbox.meta.webhook.WebhookSender;
import org.coexhub.sandbox.phones.Bubble;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

class WebhookDeliveryTest extends SimulatedMetaFixture {

    @Test
    void holdsTrafficBackUntilTheHandshakeHasPassed() throws Exception {
        meta.phoneOf("ana").writes("early");
        assertThat(hub.received()).isEmpty();

        subscribe();

        soon().until(() -> hub.values("messages").size() == 1);
    }

    @Test
    void refusesACallbackThatDoesNotKnowTheVerifyToken() throws Exception {
        try (RecordingHub stranger = new RecordingHub("another token")) {
            assertThatThrownBy(() -> meta.subscribe(stranger.webhook()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("403");
        }
        assertThat(meta.isSubscribed()).isFalse();
    }

    @Test
    void signsTheExactBytes() throws Exception {
        subscribe();
        byte[] odd = "{ \"a\" : \"é 👋\" }\n".getBytes(StandardCharsets.UTF_8);

        meta.post(odd);

        soon().until(() -> hub.received().size() == 1);
        RecordingHub.Received got = hub.received().getFirst();
        assertThat(got.body()).isEqualTo(odd);
        assertThat(got.signature())
                .isEqualTo("sha256=" + WebhookSender.signature("app secret", odd));
    }

    @Test
    void signatureMatchesThePublishedTestVector() {
        byte[] body = "Hello, World!".getBytes(StandardCharsets.UTF_8);
        assertThat(WebhookSender.signature("It's a Secret to Everybody", body))
                .isEqualTo("757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
    }

    @Test
    void triesAgainUntilTheHubAnswers200() throws Exception {
        subscribe();
        hub.answerNext(503, 500, 201);

        String wamid = meta.phoneOf("ana").writes("hello");

        soon().until(() -> hub.stored().size() == 1);
        assertThat(hub.values("messages").getFirst().at("/messages/0/id").asText())
                .isEqualTo(wamid);
        soon().until(() -> meta.attempts().size() == 4);
        assertThat(meta.attempts()).extracting(WebhookAttempt::number).containsExactly(1, 2, 3, 4);
        assertThat(meta.attempts())
                .extracting(WebhookAttempt::status)
                .containsExactly(503, 500, 201, 200);
    }

    @Test
    void waitsLongerBeforeEachFurtherTry() {
        Pace pace = Pace.lively();
        assertThat(pace.beforeRetry(1)).isZero();
        assertThat(pace.beforeRetry(2)).isEqualTo(Duration.ofSeconds(1));
        assertThat(pace.beforeRetry(4)).isEqualTo(Duration.ofSeconds(4));
        assertThat(pace.beforeRetry(500)).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void postsTwiceWhenToldTo() throws Exception {
        subscribe();
        meta.misbehave(Misbehaviour.NONE.withDuplicates(true));

        meta.phoneOf("ana").writes("hello");

        soon().until(() -> hub.received().size() == 2);
        assertThat(hub.received().get(0).body()).isEqualTo(hub.received().get(1).body());
    }

    @Test
    void turnsUpdatesRoundWhenToldTo() throws Exception {
        meta.misbehave(Misbehaviour.NONE.withReorder(true));
        String first = meta.phoneOf("ana").writes("one");
        String second = meta.phoneOf("ana").writes("two");

        subscribe();

        soon().until(() -> hub.values("messages").size() == 2);
        assertThat(hub.values("messages"))
                .extracting(value -> value.at("/messages/0/id").asText())
                .containsExactly(second, first);
    }

    @Test
    void putsUpdatesOfSeveralCustomersIntoOnePost() throws Exception {
        meta.misbehave(Misbehaviour.NONE.withBatch(true));
        meta.phoneOf("ana").writes("one");
        meta.phoneOf("mei").writes("two");

        subscribe();

        soon().until(() -> !hub.stored().isEmpty());
        assertThat(hub.stored()).hasSize(1);
        assertThat(hub.stored().getFirst().at("/entry/0/changes")).hasSize(2);
    }

    @Test
    void namesACustomerWithoutANumberByBusinessScopedIdOnly() throws Exception {
        subscribe();

        meta.phoneOf("mei").writes("hello");

        soon().until(() -> hub.values("messages").size() == 1);
        JsonNode value = hub.values("messages").getFirst();
        assertThat(value.at("/messages/0/from_user_id").asText()).isEqualTo(MEI);
        assertThat(value.at("/messages/0").has("from")).isFalse();
        assertThat(value.at("/contacts/0").has("wa_id")).isFalse();
        assertThat(value.at("/contacts/0/profile/username").asText()).isEqualTo("@mei");
    }

    @Test
    void echoesWhatIsTypedEditedAndDeletedInTheApp() throws Exception {
        subscribe();

        String wamid = meta.app().writes("ana", "Ten o'clock");
        meta.app().edits(wamid, "Eleven o'clock");
        meta.app().revokes(wamid);

        soon().until(() -> hub.values("smb_message_echoes").size() == 3);
        List<JsonNode> echoes =
                hub.values("smb_message_echoes").stream()
                        .map(value -> value.at("/message_echoes/0"))
                        .toList();
        assertThat(echoes)
                .extracting(echo -> echo.path("type").asText())
                .containsExactly("text", "edit", "revoke");
        assertThat(echoes).allSatisfy(echo -> assertThat(echo.path("to").asText()).isEqualTo(ANA));
        assertThat(echoes.get(1).at("/edit/original_message_id").asText()).isEqualTo(wamid);
        assertThat(echoes.get(2).at("/revoke/original_message_id").asText()).isEqualTo(wamid);
        Bubble shown = meta.chats().getFirst().bubbles().getFirst();
        assertThat(shown.revoked()).isTrue();
    }

    @Test
    void sharesHistoryInPhasesWithPlaceholdersAndTheirMedia() throws Exception {
        var words = JsonNodeFactory.instance.objectNode().put("body", "long ago");
        meta.addPast("ana", Bubble.Side.CUSTOMER, Duration.ofHours(2), "text", words);
        meta.addPast(
                "ana",
                Bubble.Side.APP,
                Duration.ofDays(3),
                "image",
                meta.addMedia(new byte[] {1, 2}, "image/png"));
        meta.addPast("mei", Bubble.Side.CUSTOMER, Duration.ofDays(120), "text", words);
        subscribe();

        meta.app().sharesHistory();

        soon().until(() -> hub.values("history").size() == 4);
        List<JsonNode> values = hub.values("history");
        assertThat(values.subList(0, 3))
                .extracting(value -> value.at("/history/0/metadata/phase").asInt())
                .containsExactly(0, 1, 2);
        assertThat(values.get(2).at("/history/0/metadata/progress").asInt()).isEqualTo(100);
        JsonNode placeholder = values.get(1).at("/history/0/threads/0/messages/0");
        assertThat(placeholder.path("type").asText()).isEqualTo("media_placeholder");
        assertThat(placeholder.at("/history_context/from_me").asBoolean()).isTrue();
        assertThat(values.get(3).at("/message_echoes/0/id").asText())
                .isEqualTo(placeholder.path("id").asText());
        assertThat(values.get(3).at("/message_echoes/0/image/id").asText()).isNotEmpty();
    }

    @Test
    void sharesTheAddressBook() throws Exception {
        subscribe();

        meta.app().sharesContacts();

        soon().until(() -> hub.values("smb_app_state_sync").size() == 1);
        JsonNode entries = hub.values("smb_app_state_sync").getFirst().path("state_sync");
        assertThat(entries).hasSize(2);
        assertThat(entries.at("/0/contact/phone_number").asText()).isEqualTo(ANA);
        assertThat(entries.at("/1/contact").has("phone_number")).isFalse();
    }
}
