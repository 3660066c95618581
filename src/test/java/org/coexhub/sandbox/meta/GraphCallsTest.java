package org.coexhub.sandbox.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.sandbox.meta.account.AcceptedSend;
import org.coexhub.sandbox.meta.account.GraphFault;
import org.coexhub.sandbox.meta.account.Misbehaviour;
import org.coexhub.sandbox.meta.webhook.Wamids;
import org.coexhub.sandbox.phones.Bubble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

class GraphCallsTest extends SimulatedMetaFixture {
    private String asked;

    @BeforeEach
    void anaHasWritten() throws Exception {
        subscribe();
        asked = meta.phoneOf("ana").writes("hello");
        clock.advance(Duration.ofSeconds(2));
    }

    @Test
    void acceptsAMessageAndReportsSentDeliveredReadWithOpaqueDataAndPricing() throws Exception {
        ObjectNode message =
                graph.message(ANA, "text").put("biz_opaque_callback_data", "command 1");
        message.putObject("text").put("body", "hi");

        String wamid = graph.send(message).wamid();

        soon().until(() -> hub.statusesOf(wamid).size() == 3);
        assertThat(hub.statusesOf(wamid)).containsExactly("sent", "delivered", "read");
        assertThat(
                        hub.values("messages").stream()
                                .flatMap(value -> value.findParents("recipient_id").stream()))
                .allSatisfy(
                        status -> {
                            assertThat(status.path("biz_opaque_callback_data").asText())
                                    .isEqualTo("command 1");
                            assertThat(status.at("/pricing/category").asText())
                                    .isEqualTo("service");
                        });
        assertThat(meta.accepted()).extracting(AcceptedSend::wamid).containsExactly(wamid);
    }

    @Test
    void messagesToAPhoneThatIsOffStayAtSentUntilItIsOnAgain() throws Exception {
        meta.phoneOf("ana").switched(false);
        String wamid = graph.text(ANA, "hi").wamid();
        soon().until(() -> hub.statusesOf(wamid).equals(List.of("sent")));

        meta.phoneOf("ana").switched(true);

        soon().until(() -> hub.statusesOf(wamid).size() == 3);
    }

    @Test
    void reachesACustomerByBusinessScopedId() throws Exception {
        meta.phoneOf("mei").writes("hello");
        ObjectNode message = graph.message("", "text").put("recipient", MEI);
        message.remove("to");
        message.putObject("text").put("body", "hi");

        GraphClient.Answer answer = graph.send(message);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().at("/contacts/0/user_id").asText()).isEqualTo(MEI);
        assertThat(answer.body().at("/contacts/0").has("wa_id")).isFalse();
    }

    @Test
    void wamidsAreUniqueAndCarryTheNumber() {
        Set<String> wamids = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            wamids.add(Wamids.next(ANA, true));
        }
        assertThat(wamids)
                .hasSize(1000)
                .allSatisfy(
                        wamid -> {
                            byte[] bytes =
                                    Base64.getDecoder().decode(wamid.substring("wamid.".length()));
                            assertThat(new String(bytes, StandardCharsets.ISO_8859_1))
                                    .contains(ANA);
                            assertThat(wamid.length()).isLessThanOrEqualTo(128);
                        });
    }

    @Test
    void refusesAWrongTokenWith190() throws Exception {
        GraphClient.Answer answer = new GraphClient(meta, "stale").text(ANA, "hi");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.errorCode()).isEqualTo(190);
        assertThat(answer.body().at("/error/fbtrace_id").asText()).isNotEmpty();
    }

    @Test
    void namesTheFormFaultOfAMessage() throws Exception {
        assertThat(graph.send(graph.message(ANA, "text")).errorCode()).isEqualTo(131008);
        assertThat(graph.text(ANA, "x".repeat(4097)).errorCode()).isEqualTo(131009);
        assertThat(graph.send(graph.message(ANA, "hologram")).errorCode()).isEqualTo(100);
        ObjectNode noProduct = graph.message(ANA, "text");
        noProduct.remove("messaging_product");
        assertThat(graph.send(noProduct).errorCode()).isEqualTo(100);
        ObjectNode unknownMedia = graph.message(ANA, "image");
        unknownMedia.putObject("image").put("id", "1");
        assertThat(graph.send(unknownMedia).errorCode()).isEqualTo(131009);
        ObjectNode fourButtons = graph.message(ANA, "interactive");
        ObjectNode interactive = fourButtons.putObject("interactive").put("type", "button");
        var buttons = interactive.putObject("action").putArray("buttons");
        for (int i = 0; i < 4; i++) {
            buttons.addObject().putObject("reply").put("id", "b" + i).put("title", "B");
        }
        assertThat(graph.send(fourButtons).errorCode()).isEqualTo(131009);
        assertThat(meta.accepted()).isEmpty();
    }

    @Test
    void refusesANumberThatIsNotOnWhatsApp() throws Exception {
        assertThat(graph.text("12025550000", "hi").errorCode()).isEqualTo(131026);
    }

    @Test
    void opensTheWindowForExactly24Hours() throws Exception {
        clock.advance(Duration.ofHours(24).minusSeconds(3));
        assertThat(graph.text(ANA, "in time").status()).isEqualTo(200);

        clock.advance(Duration.ofSeconds(2));

        assertThat(graph.text(ANA, "too late").errorCode()).isEqualTo(131047);
        ObjectNode template = graph.message(ANA, "template");
        ObjectNode content = template.putObject("template").put("name", "order_update");
        content.putObject("language").put("code", "en");
        assertThat(graph.send(template).errorCode()).as("parameters are missing").isEqualTo(132000);
        content.putArray("components")
                .addObject()
                .put("type", "body")
                .putArray("parameters")
                .add(word("Ana"))
                .add(word("17"));
        assertThat(graph.send(template).status()).isEqualTo(200);
    }

    @Test
    void listsTemplatesInPagesAndTellsOfAPausedOne() throws Exception {
        String path = "/v26.0/" + meta.account().wabaId() + "/message_templates?limit=3";
        var first = graph.get(path).body();
        assertThat(first.path("data")).hasSize(3);
        assertThat(first.at("/paging/next").isTextual()).isTrue();
        var second =
                graph.get(path + "&after=" + first.at("/paging/cursors/after").asText()).body();
        assertThat(second.path("data")).hasSize(1);
        assertThat(second.at("/paging/next").isMissingNode()).isTrue();

        meta.templateStatus("order_update", "en", "PAUSED");

        assertThat(graph.get(path).body().at("/data/0/status").asText()).isEqualTo("PAUSED");
    }

    private static ObjectNode word(String text) {
        return com.fasterxml.jackson.databind.node.JsonNodeFactory.instance
                .objectNode()
                .put("type", "text")
                .put("text", text);
    }

    @Test
    void anEchoDoesNotOpenTheWindow() throws Exception {
        meta.closeWindow("ana");
        meta.app().writes("ana", "anyone there?");
        assertThat(graph.text(ANA, "hi").errorCode()).isEqualTo(131047);
    }

    @Test
    void refusesTheTwentyFirstMessageOfASecondInboundIncluded() throws Exception {
        meta.phoneOf("mei").writes("counts too");
        for (int i = 0; i < 19; i++) {
            assertThat(graph.text(ANA, "n" + i).status()).isEqualTo(200);
        }
        assertThat(graph.text(ANA, "one too many").errorCode()).isEqualTo(130429);

        clock.advance(Duration.ofSeconds(1));

        assertThat(graph.text(ANA, "next second").status()).isEqualTo(200);
    }

    @Test
    void lets45MessagesToOneCustomerThroughAndThenOneEverySixSeconds() throws Exception {
        for (int i = 0; i < 45; i++) {
            if (i % 15 == 0) {
                clock.advance(Duration.ofSeconds(1));
            }
            assertThat(graph.text(ANA, "n" + i).status()).isEqualTo(200);
        }
        clock.advance(Duration.ofSeconds(1));
        assertThat(graph.text(ANA, "too many").errorCode()).isEqualTo(131056);

        clock.advance(Duration.ofSeconds(6));

        assertThat(graph.text(ANA, "again").status()).isEqualTo(200);
        assertThat(graph.text(ANA, "but only one").errorCode()).isEqualTo(131056);
    }

    @Test
    void aCutAfterAcceptLosesTheAnswerButNotTheMessage() throws Exception {
        meta.failNext(GraphFault.CUT_AFTER_ACCEPT, 1);

        assertThatThrownBy(() -> graph.text(ANA, "hi")).isInstanceOf(IOException.class);

        assertThat(meta.accepted()).hasSize(1);
        String wamid = meta.accepted().getFirst().wamid();
        soon().until(() -> hub.statusesOf(wamid).size() == 3);
    }

    @Test
    void aCutBeforeAcceptLosesBoth() throws Exception {
        meta.failNext(GraphFault.CUT_BEFORE_ACCEPT, 1);

        assertThatThrownBy(() -> graph.text(ANA, "hi")).isInstanceOf(IOException.class);

        assertThat(meta.accepted()).isEmpty();
        assertThat(graph.text(ANA, "hi again").status()).isEqualTo(200);
    }

    @Test
    void anErrorAfterAcceptIsA500ForAMessageThatArrives() throws Exception {
        meta.misbehave(Misbehaviour.NONE.withNetwork(GraphFault.ERROR_AFTER_ACCEPT));

        GraphClient.Answer answer = graph.text(ANA, "hi");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.errorCode()).isEqualTo(131000);
        assertThat(meta.accepted()).hasSize(1);
    }

    @Test
    void marksReadAndShowsTyping() throws Exception {
        ObjectNode read =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("messaging_product", "whatsapp")
                        .put("status", "read")
                        .put("message_id", asked);
        read.putObject("typing_indicator").put("type", "text");

        assertThat(graph.send(read).body().path("success").asBoolean()).isTrue();

        assertThat(meta.chats().getFirst().typing()).isTrue();
        assertThat(meta.chats().getFirst().bubbles().getFirst().tick()).isEqualTo(Bubble.Tick.READ);
        clock.advance(Duration.ofSeconds(26));
        assertThat(meta.chats().getFirst().typing()).isFalse();
    }

    @Test
    void mediaGoesUpAndComesDownByteForByte() throws Exception {
        byte[] file = new byte[2048];
        new Random(7).nextBytes(file);

        String id = graph.upload(file, "image/png").body().path("id").asText();

        GraphClient.Answer found = graph.get("/v26.0/" + id);
        assertThat(found.body().path("mime_type").asText()).isEqualTo("image/png");
        String url = found.body().path("url").asText();
        assertThat(graph.download(url)).isEqualTo(file);
        clock.advance(Duration.ofMinutes(5));
        assertThat(graph.download(url)).isNotEqualTo(file);
        ObjectNode image = graph.message(ANA, "image");
        image.putObject("image").put("id", id);
        assertThat(graph.send(image).status()).isEqualTo(200);
    }

    @Test
    void describesACoexistenceNumber() throws Exception {
        String number = meta.account().phoneNumberId();
        var body = graph.get("/v26.0/" + number + "?fields=is_on_biz_app,platform_type").body();
        assertThat(body.path("is_on_biz_app").asBoolean()).isTrue();
        assertThat(body.path("platform_type").asText()).isEqualTo("CLOUD_API");
        assertThat(
                        graph.get("/v26.0/" + meta.account().wabaId() + "/phone_numbers")
                                .body()
                                .at("/data/0/id")
                                .asText())
                .isEqualTo(number);
        ObjectNode empty = JsonNodeFactory.instance.objectNode();
        assertThat(graph.post("/v26.0/" + number + "/register", empty).errorCode()).isEqualTo(100);
    }

    @Test
    void givesEachSyncOnceAndOnlyInTheFirstDay() throws Exception {
        ObjectNode sync =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("messaging_product", "whatsapp")
                        .put("sync_type", "smb_app_state_sync");
        String path = "/v26.0/" + meta.account().phoneNumberId() + "/smb_app_data";

        assertThat(graph.post(path, sync).body().path("request_id").asText()).isNotEmpty();
        assertThat(graph.post(path, sync).errorCode()).isEqualTo(2593107);
        clock.advance(Duration.ofHours(24));
        assertThat(graph.post(path, sync.put("sync_type", "history")).errorCode())
                .isEqualTo(2593108);
        soon().until(() -> hub.values("smb_app_state_sync").size() == 1);
    }

    @Test
    void inspectsTokensAndSubscriptions() throws Exception {
        assertThat(
                        graph.get("/v26.0/debug_token?input_token=good%20token")
                                .body()
                                .at("/data/is_valid")
                                .asBoolean())
                .isTrue();
        assertThat(
                        graph.get("/v26.0/debug_token?input_token=other")
                                .body()
                                .at("/data/is_valid")
                                .asBoolean())
                .isFalse();
        String path = "/v26.0/" + meta.account().wabaId() + "/subscribed_apps";
        assertThat(graph.get(path).body().path("data")).hasSize(1);
        assertThat(
                        graph.get("/v26.0/" + meta.account().appId() + "/subscriptions")
                                .body()
                                .findValuesAsText("name"))
                .contains("messages", "smb_message_echoes", "history", "smb_app_state_sync");
    }
}
