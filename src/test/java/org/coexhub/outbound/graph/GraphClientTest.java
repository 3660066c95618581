package org.coexhub.outbound.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.TestCommands;
import org.coexhub.outbound.graph.FakeGraph.Behaviour;
import org.coexhub.outbound.graph.GraphResult.Accepted;
import org.coexhub.outbound.graph.GraphResult.NotSent;
import org.coexhub.outbound.graph.GraphResult.Refused;
import org.coexhub.outbound.graph.GraphResult.Unknown;
import org.coexhub.platform.graph.GraphSettings;
import org.coexhub.testing.EndlessAnswer;
import org.coexhub.testing.TestClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;

class GraphClientTest {

    private static final CommandId ID = CommandId.next(TestClock.START);
    private static final String TEXT =
            "{'from':'106','to':'+49151','text':{'body':'Gr\u00fc\u00dfe \ud83d\ude00'},'extra':1}";

    private final FakeGraph meta = new FakeGraph();
    private final GraphClient graph = client(meta.url(), Duration.ofSeconds(2));

    @AfterEach
    void close() {
        graph.close();
        meta.close();
    }

    @Test
    void sendsMetasOwnJsonWithTheCommandIdAsCallbackData() {
        GraphResult result = send(TEXT);

        assertThat(result)
                .isInstanceOfSatisfying(
                        Accepted.class,
                        accepted -> {
                            assertThat(accepted.wamid().value()).isEqualTo("wamid.1");
                            assertThat(accepted.waId()).isEqualTo("49151");
                        });
        FakeGraph.Received received = meta.received().getFirst();
        assertThat(received.path()).isEqualTo("/v24.0/106/messages");
        assertThat(received.authorization()).isEqualTo("Bearer secret");
        assertThat(received.body().toString())
                .isEqualTo(
                        "{\"messaging_product\":\"whatsapp\",\"recipient_type\":\"individual\",\"to\":\"+49151\",\"text\":{\"body\":\"Gr\u00fc\u00dfe"
                            + " \ud83d\ude00\"},\"extra\":1,\"type\":\"text\","
                            + "\"biz_opaque_callback_data\":\""
                                + ID
                                + "\"}");
    }

    /** The message is with Meta; that it says odd things of the recipient does not make its outcome unknown. */
    @Test
    void anIdentifierThatIsNoneIsLeftOut() {
        for (String odd : List.of("9".repeat(400), "4\\u0000", " ")) {
            meta.then(
                    FakeGraph.answer(
                            200,
                            """
                            {"messages":[{"id":"wamid.9"}],"contacts":[{"wa_id":"49151","user_id":"%s"}]}\
                            """
                                    .formatted(odd)));

            assertThat(send(TEXT))
                    .isInstanceOfSatisfying(
                            Accepted.class,
                            accepted -> {
                                assertThat(accepted.waId()).isEqualTo("49151");
                                assertThat(accepted.userId()).isNull();
                            });
        }
    }

    @Test
    void keepsTheRecipientTypeOfGroups() {
        send("{'from':'106','recipient_type':'group','to':'Y2F','text':{'body':'x'}}");

        assertThat(meta.received().getFirst().body().path("recipient_type").asText())
                .isEqualTo("group");
    }

    @Test
    void sendsReceiptsWithNothingAdded() {
        GraphResult result = send("{'from':'106','status':'read','message_id':'wamid.X'}");

        assertThat(result).isEqualTo(new Accepted(null, null, null));
        assertThat(meta.received().getFirst().body().toString())
                .isEqualTo(
                        "{\"messaging_product\":\"whatsapp\",\"status\":\"read\",\"message_id\":\"wamid.X\"}");
    }

    @Test
    void readsWhatMetaRefused() {
        assertThat(answering(FakeGraph.error(400, 131047)))
                .isEqualTo(new Refused(131047, null, true, "because", "trace", 400, null));
        assertThat(
                        answering(
                                FakeGraph.answer(
                                        429,
                                        "{\"error\":{\"message\":\"slow"
                                                + " down\",\"code\":4,\"error_subcode\":2446079}}",
                                        "Retry-After",
                                        "7")))
                .isEqualTo(
                        new Refused(
                                4, 2446079, true, "slow down", null, 429, Duration.ofSeconds(7)));
    }

    @Test
    void readsARefusalWithoutACodeByItsHttpStatus() {
        assertThat(answering(FakeGraph.answer(403, "<html>proxy</html>")))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> {
                            assertThat(refused.coded()).isFalse();
                            assertThat(refused.code()).isEqualTo(403);
                        });
    }

    @Test
    void knowsThatItDoesNotKnow() {
        Behaviour[] faults = {
            FakeGraph.reset(),
            FakeGraph.cutHalfway(),
            FakeGraph.answer(500, ""),
            FakeGraph.answer(502, "<html>bad gateway</html>"),
            FakeGraph.answer(200, "{}"),
            FakeGraph.answer(200, "not json"),
            FakeGraph.answer(302, "", "Location", "http://127.0.0.1:1/"),
        };
        for (Behaviour fault : faults) {
            assertThat(answering(fault)).isInstanceOf(Unknown.class);
        }
        assertThat(meta.received()).as("never sent twice").hasSize(faults.length);
    }

    @Test
    void doesNotKnowWhatAnAnswerWithoutEndWouldHaveSaid() {
        try (var endless = EndlessAnswer.fast();
                GraphClient asked = client(URI.create(endless.url()), Duration.ofSeconds(20))) {
            assertThat(asked.send(ID, TestCommands.command(TEXT)))
                    .isInstanceOfSatisfying(
                            Unknown.class,
                            unknown -> assertThat(unknown.cause()).contains("larger than"));
            await().until(endless::isBrokenOff);
        }
    }

    @Test
    void doesNotTakeAMessageIdThatTheStoreCouldNotKeep() {
        for (String id : List.of("w".repeat(257), "wamid.\\u0000")) {
            String answer = "{\"messages\":[{\"id\":\"" + id + "\"}]}";
            assertThat(answering(FakeGraph.answer(200, answer))).isInstanceOf(Unknown.class);
        }
    }

    @Test
    void waitsNoLongerThanTheTimeout() {
        try (GraphClient hasty = client(meta.url(), Duration.ofMillis(300))) {
            meta.then(meta.silence(), meta.stall());

            assertThat(hasty.send(ID, TestCommands.command(TEXT))).isInstanceOf(Unknown.class);
            assertThat(hasty.send(ID, TestCommands.command(TEXT))).isInstanceOf(Unknown.class);
        }
    }

    @Test
    void knowsThatNothingWasSentWhenNobodyListens() throws IOException {
        URI nobody;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = URI.create("http://127.0.0.1:" + socket.getLocalPort());
        }
        try (GraphClient lonely = client(nobody, Duration.ofSeconds(2))) {
            assertThat(lonely.send(ID, TestCommands.command(TEXT))).isInstanceOf(NotSent.class);
        }
        try (GraphClient lost = client(URI.create("http://graph.invalid"), Duration.ofSeconds(2))) {
            assertThat(lost.send(ID, TestCommands.command(TEXT))).isInstanceOf(NotSent.class);
        }
    }

    @Test
    void knowsThatNothingWasSentWhenTheOtherEndSpeaksNoTls() {
        URI plain = URI.create(meta.url().toString().replace("http:", "https:"));
        try (GraphClient client = client(plain, Duration.ofSeconds(2))) {
            assertThat(client.send(ID, TestCommands.command(TEXT))).isNotInstanceOf(Accepted.class);
        }
        assertThat(meta.received()).isEmpty();
    }

    @Test
    void keepsTheTokenToItself() {
        var settings = new GraphSettings("secret", meta.url(), "v24.0", Duration.ofSeconds(1));

        assertThat(settings.toString()).doesNotContain("secret");
    }

    private GraphResult answering(Behaviour behaviour) {
        meta.then(behaviour);
        return send(TEXT);
    }

    private GraphResult send(String json) {
        return graph.send(ID, TestCommands.command(json));
    }

    private static GraphClient client(URI url, Duration timeout) {
        return new GraphClient(new GraphSettings("secret", url, "v24.0", timeout));
    }
}
