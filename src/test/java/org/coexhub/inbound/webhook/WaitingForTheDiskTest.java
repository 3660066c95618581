package org.coexhub.inbound.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.text;

import io.micrometer.core.instrument.MeterRegistry;

import jakarta.jms.ConnectionFactory;

import org.coexhub.platform.broker.Broker;
import org.coexhub.platform.broker.BrokerSwitch;
import org.coexhub.routes.HubFolder;
import org.coexhub.routes.StartedHub;
import org.coexhub.testing.Beside;
import org.coexhub.testing.MetaSignature;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jms.core.JmsTemplate;

import java.net.InetAddress;
import java.net.Socket;
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

    /** Of one megabyte: each takes its body and what the container keeps for it. */
    private static final int BIG_ONES_THAT_FIT = 2;

    private static final int SMALL_ONES_THAT_FIT = 15;
    private static final int REQUEST_BYTES = 64 * 1024;

    private static final String ONE_MEGABYTE = "hub.journal.max-waiting-size=1MB";
    private static final String TWO_THREADS = "server.tomcat.threads.max=2";

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
        try (var hub = StartedHub.on(HubFolder.fresh(), ONE_MEGABYTE)) {
            var answers = new ArrayList<CompletableFuture<Integer>>();
            try (var held = BrokerSwitch.hold(hub.bean(Broker.class))) {
                for (int i = 0; i < MANY; i++) {
                    answers.add(post(hub, i, "x".repeat(BIG)));
                }
                await().until(() -> count(answers, 503) == MANY - BIG_ONES_THAT_FIT);
            }
            await().until(() -> count(answers, 200) == BIG_ONES_THAT_FIT);
            for (int i = 0; i < MANY; i++) {
                assertThat(post(hub, i, "x".repeat(BIG)).get()).isEqualTo(200);
            }
        }
    }

    @Test
    void manySmallOnesAreRefusedForTheMemoryTheContainerKeepsForThem() throws Exception {
        try (var hub = StartedHub.on(HubFolder.fresh(), ONE_MEGABYTE)) {
            var answers = new ArrayList<CompletableFuture<Integer>>();
            try (var held = BrokerSwitch.hold(hub.bean(Broker.class))) {
                for (int i = 0; i < MANY; i++) {
                    answers.add(post(hub, i, "hi"));
                }
                await().until(() -> count(answers, 503) == MANY - SMALL_ONES_THAT_FIT);
            }
            await().until(() -> count(answers, 200) == SMALL_ONES_THAT_FIT);
            assertThat(waitingBytes(hub)).isZero();
        }
    }

    @Test
    void oneAloneIsTakenHoweverSmallTheLimit() throws Exception {
        try (var hub = StartedHub.on(HubFolder.fresh(), "hub.journal.max-waiting-size=1KB")) {
            assertThat(post(hub, 0, "x".repeat(BIG)).get()).isEqualTo(200);
        }
    }

    @Test
    void anAnswerThatCannotBeWrittenIsAnErrorAndLeavesNobodyWaiting() throws Exception {
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
        try (var hub = StartedHub.on(folder)) {
            var answer = Beside.call(() -> hub.get("/webhooks/broken").statusCode());
            await().until(answer::isDone);
            assertThat(answer).isCompletedWithValue(500);
        }
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
    @ExtendWith(OutputCaptureExtension.class)
    void aCallerThatDoesNotWaitDisturbsNobody(CapturedOutput output) throws Exception {
        HubFolder folder = HubFolder.fresh().gatheringDestination("kept", "whatsapp.*");
        try (var hub = StartedHub.on(folder, TWO_THREADS)) {
            CompletableFuture<Integer> patient;
            try (var held = BrokerSwitch.hold(hub.bean(Broker.class))) {
                for (int i = 0; i < MANY; i++) {
                    sendAndLeave(hub, body(i, "hi"));
                }
                patient = post(hub, MANY, "hi");
                assertThat(hub.get("/api/v1/events").statusCode()).isEqualTo(200);
            }
            assertThat(patient.get()).isEqualTo(200);
            JmsTemplate jms = new JmsTemplate(hub.bean(ConnectionFactory.class));
            jms.setReceiveTimeout(10_000);
            for (int i = 0; i <= MANY; i++) {
                assertThat(jms.receive("wa.out.kept")).as("event %d", i).isNotNull();
            }
            assertThat(post(hub, MANY + 1, "hi").get()).isEqualTo(200);
            assertThat(output).doesNotContain("already committed").doesNotContain("ERROR");
        }
    }

    private static CompletableFuture<Integer> post(StartedHub hub, int number, String words) {
        return hub.postAsync(body(number, words));
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
