package org.coexhub.inbound.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.text;

import io.micrometer.core.instrument.MeterRegistry;

import org.coexhub.platform.broker.Broker;
import org.coexhub.platform.broker.BrokerSwitch;
import org.coexhub.routes.HubFolder;
import org.coexhub.routes.StartedHub;
import org.coexhub.testing.Beside;
import org.coexhub.testing.LogOfOneHub;
import org.coexhub.testing.MetaSignature;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.jms.core.JmsTemplate;

import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** While the disk is slow, webhooks wait; threads, memory and everybody else do not. */
@Execution(ExecutionMode.SAME_THREAD)
@SuppressWarnings("try")
class WaitingForTheDiskTest {

    private static final int MANY = 40;
    private static final int BIG = 300_000;
    private static final int MORE_THAN_A_MEGABYTE = 1_200_000;

    /** Of one megabyte: each takes its body and what the container keeps for it. */
    private static final int BIG_ONES_THAT_FIT = 2;

    private static final int SMALL_ONES_THAT_FIT = 15;
    private static final int REQUEST_BYTES = 64 * 1024;
    private static final String TWO_THREADS = "server.tomcat.threads.max=2";

    /** Lets webhooks of one megabyte wait. */
    private static StartedHub small;

    /** Keeps no connection of another test, which the hub may be about to end. */
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @BeforeAll
    static void start() throws Exception {
        var folder = HubFolder.fresh();
        Files.writeString(
                folder.routes().resolve("commands/broken.camel.yaml"),
                """
                - route:
                    id: broken
                    from:
                      uri: platform-http:/webhooks/broken
                      steps:
                        - setHeader: {id: broken-status, name: CamelHttpResponseCode, constant: none}
                """);
        small = StartedHub.on(folder, "hub.journal.max-waiting-size=1MB");
    }

    @AfterAll
    static void stop() {
        small.close();
    }

    @Test
    void aWebhookThatWaitsHoldsNoThreadAndIsAnsweredOnceItIsStored() throws Exception {
        try (var hub = StartedHub.on(HubFolder.fresh(), TWO_THREADS)) {
            List<CompletableFuture<Integer>> answers;
            try (var held = BrokerSwitch.hold(hub.bean(Broker.class))) {
                answers = IntStream.range(0, MANY).mapToObj(i -> post(hub, i, "hi")).toList();
                await().until(() -> waitingBytes(hub) > MANY * REQUEST_BYTES);

                assertThat(hub.get("/api/v1/events").statusCode()).isEqualTo(200);
                assertThat(answers).noneMatch(CompletableFuture::isDone);
            }
            assertThat(answers).allSatisfy(answer -> assertThat(answer.get()).isEqualTo(200));
        }
    }

    @Test
    void whatWouldTakeTooMuchMemoryIsRefusedAtOnceUntilTheOthersAreStored() throws Exception {
        var answers = new ArrayList<CompletableFuture<Integer>>();
        try (var held = BrokerSwitch.hold(small.bean(Broker.class))) {
            for (int i = 0; i < MANY; i++) {
                answers.add(post(small, i, "x".repeat(BIG)));
            }
            await().until(() -> count(answers, 503) == MANY - BIG_ONES_THAT_FIT);
        }
        await().until(() -> count(answers, 200) == BIG_ONES_THAT_FIT);
        for (int i = 0; i < MANY; i++) {
            assertThat(post(small, i, "x".repeat(BIG)).get()).isEqualTo(200);
        }
    }

    @Test
    void manySmallOnesAreRefusedForTheMemoryTheContainerKeepsForThem() throws Exception {
        var answers = new ArrayList<CompletableFuture<Integer>>();
        try (var held = BrokerSwitch.hold(small.bean(Broker.class))) {
            for (int i = 0; i < MANY; i++) {
                answers.add(post(small, i, "hi"));
            }
            await().until(() -> count(answers, 503) == MANY - SMALL_ONES_THAT_FIT);
        }
        await().until(() -> count(answers, 200) == SMALL_ONES_THAT_FIT);
        assertThat(waitingBytes(small)).isZero();
    }

    @Test
    void oneAloneIsTakenHoweverSmallTheLimit() throws Exception {
        assertThat(post(small, 0, "x".repeat(MORE_THAN_A_MEGABYTE)).get()).isEqualTo(200);
    }

    @Test
    void anAnswerThatCannotBeWrittenIsAnErrorAndLeavesNobodyWaiting() throws Exception {
        var answer = Beside.call(() -> small.get("/webhooks/broken").statusCode());
        await().until(answer::isDone);
        assertThat(answer).isCompletedWithValue(500);
    }

    @Test
    void nobodyWaitsLongerThanTheTimeout() throws Exception {
        try (var hub = StartedHub.on(HubFolder.fresh(), "hub.journal.timeout=200ms")) {
            try (var held = BrokerSwitch.hold(hub.bean(Broker.class))) {
                var answers = IntStream.range(0, MANY).mapToObj(i -> post(hub, i, "hi")).toList();

                assertThat(answers).allSatisfy(answer -> assertThat(answer.get()).isEqualTo(503));
            }
            await().until(() -> post(hub, MANY, "hi").get() == 200);
        }
    }

    @Test
    void aCallerThatDoesNotWaitDisturbsNobody() throws Exception {
        HubFolder folder = HubFolder.fresh().gatheringDestination("kept", "whatsapp.*");
        try (var log = new LogOfOneHub();
                var hub = log.of(() -> StartedHub.on(folder, TWO_THREADS))) {
            CompletableFuture<Integer> patient;
            try (var held = BrokerSwitch.hold(hub.bean(Broker.class))) {
                for (int i = 0; i < MANY; i++) {
                    sendAndLeave(hub, body(i, "hi"));
                }
                patient = post(hub, MANY, "hi");
                assertThat(hub.get("/api/v1/events").statusCode()).isEqualTo(200);
            }
            assertThat(patient.get()).isEqualTo(200);
            JmsTemplate jms = hub.bean(JmsTemplate.class);
            jms.setReceiveTimeout(10_000);
            for (int i = 0; i <= MANY; i++) {
                assertThat(jms.receive("wa.out.kept")).as("event %d", i).isNotNull();
            }
            assertThat(post(hub, MANY + 1, "hi").get()).isEqualTo(200);
            assertThat(log.lines())
                    .as("the hub's own lines")
                    .isNotEmpty()
                    .noneMatch(line -> line.contains("already committed"))
                    .noneMatch(line -> line.contains("ERROR"));
        }
    }

    private CompletableFuture<Integer> post(StartedHub hub, int number, String words) {
        return client.sendAsync(
                        hub.webhook(body(number, words)), HttpResponse.BodyHandlers.discarding())
                .thenApply(HttpResponse::statusCode);
    }

    private static byte[] body(int number, String words) {
        return messages(text("4930" + number, "wamid.waits." + number, 1_700_000_000, words));
    }

    private static long count(List<CompletableFuture<Integer>> answers, int status) {
        return answers.stream().filter(answer -> answer.getNow(0) == status).count();
    }

    /** The reset reaches the hub while the webhook waits. */
    private static void sendAndLeave(StartedHub hub, byte[] body) throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), hub.port())) {
            socket.setSoLinger(true, 0);
            String head =
                    """
                    POST /webhooks/whatsapp HTTP/1.1\r
                    Host: hub\r
                    X-Hub-Signature-256: %s\r
                    Content-Length: %d\r
                    \r
                    """
                            .formatted(MetaSignature.of(StartedHub.SECRET, body), body.length);
            double before = waitingBytes(hub);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(body);
            await().until(() -> waitingBytes(hub) > before);
        }
    }

    private static double waitingBytes(StartedHub hub) {
        return hub.bean(MeterRegistry.class).get("hub_journal_waiting_bytes").gauge().value();
    }
}
