package org.coexhub.inbound.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.text;

import org.awaitility.Awaitility;
import org.coexhub.testing.HubProcess;
import org.coexhub.testing.WebhookSender;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** What callers without a credential can do to a hub of 512 MB: nothing that Meta or the API would notice. */
@SuppressWarnings("try")
@Isolated("it measures time")
class StrangersStopNobodyTest {

    private static final Logger LOG = LoggerFactory.getLogger(StrangersStopNobodyTest.class);

    private static final int FOUR_MEGABYTES = 4 * 1024 * 1024;
    private static final int GOOD_ONES = 100;
    private static final int SLOW_ONES = 200;
    private static final int LARGE_ONES = 150;

    @TempDir private static Path folder;

    private static HubProcess hub;
    private static WebhookSender meta;

    private final List<Stranger> strangers = new ArrayList<>();

    @BeforeAll
    static void start() throws IOException {
        hub = HubProcess.in(folder).quick("512m").jvm("-Dhub.http.longest-head=2s");
        hub.start();
        hub.awaitReady(Duration.ofSeconds(60));
        meta = new WebhookSender(hub.webhooks(), HubProcess.APP_SECRET);
        new StrangersStopNobodyTest().worstOf(GOOD_ONES / 2);
    }

    @AfterEach
    void leave() throws IOException {
        for (Stranger stranger : strangers) {
            stranger.close();
        }
    }

    /** Whoever was cut is not waited for. */
    @AfterAll
    static void stop() throws IOException {
        hub.stop();
        assertThat(Files.readString(hub.log())).contains("Graceful shutdown complete");
    }

    @Test
    void besideTwoHundredSlowCallersWebhooksAndApiAnswerWithinASecond() throws Exception {
        var trickling = new ArrayList<Stranger>();
        String[] paths = {"/webhooks/whatsapp", "/api/v1/messages", "/", "/webhooks/unknown"};
        for (int i = 0; i < SLOW_ONES; i++) {
            Stranger stranger = stranger();
            String path = paths[i % 8 < 5 ? 0 : i % 8 - 4];
            String signature = i % 2 == 0 ? "X-Nothing: x" : Stranger.WRONG_SIGNATURE;
            boolean withholds = i % 4 < 2;
            stranger.begins(path, 2000, signature).sends("x".repeat(withholds ? 1999 : 1));
            if (!withholds) {
                trickling.add(stranger);
            }
        }
        Stranger signedWrongly = trickling.remove(1);
        try (var clock = everySecond(() -> trickling.forEach(Stranger::trickles))) {
            long worst = worstOf(GOOD_ONES);

            told(SLOW_ONES + " slow callers", worst);
            assertThat(worst).as("p99").isLessThan(1000);
            assertThat(millis(() -> hub.get(hub.uri("/api/v1/events")).statusCode()))
                    .isLessThan(1000);
            assertThat(signedWrongly.answer()).startsWith("HTTP/1.1 408");
        }
    }

    @Test
    void whoNeverStopsSendingHasItsAnswerAndIsHungUpOn() throws Exception {
        Stranger stranger = stranger();
        stranger.begins("/api/v1/messages", Integer.MAX_VALUE);

        assertThat(stranger.answer()).startsWith("HTTP/1.1 401");
        sendsUntilHungUpOn(stranger, new byte[64 * 1024]);
    }

    @Test
    void whoKnowsTheTokenAndNeverStopsSendingIsHungUpOnToo() throws Exception {
        String token = "Authorization: Bearer " + HubProcess.API_TOKEN;
        Stranger caller = stranger();
        caller.sends(
                "POST /api/v1/messages HTTP/1.1\r\nHost: hub\r\nTransfer-Encoding: chunked\r\n"
                        + token
                        + "\r\nIdempotency-Key: endless\r\nContent-Type: application/json\r\n\r\n");
        byte[] chunk = ("1000\r\n" + " ".repeat(4096) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i <= 256 * 1024 / 4096; i++) {
            caller.sends(chunk);
        }

        assertThat(caller.answer()).startsWith("HTTP/1.1 413");
        sendsUntilHungUpOn(caller, chunk);
    }

    private static void sendsUntilHungUpOn(Stranger stranger, byte[] more) {
        assertThatThrownBy(
                        () -> {
                            for (int i = 0; i < 64 * 1024 * 1024 / more.length; i++) {
                                stranger.sends(more);
                            }
                        })
                .isInstanceOf(IOException.class);
    }

    @Test
    void aHeadThatDoesNotEndIsHungUpOnHoweverOftenAByteComes() throws Exception {
        Stranger stranger = stranger();
        stranger.sends("GET /webhooks/whatsapp HTTP/1.1\r\nX: ");

        Awaitility.await().pollInterval(Duration.ofMillis(200)).until(() -> !stranger.trickles());
    }

    @Test
    void besideLargeBodiesWhoseLastByteIsWithheldMemoryIsBounded() throws Exception {
        byte[] most = new byte[FOUR_MEGABYTES - 1];
        try (var senders = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < LARGE_ONES; i++) {
                Stranger stranger = stranger();
                senders.execute(
                        () -> {
                            try {
                                stranger.begins(
                                                "/webhooks/whatsapp",
                                                FOUR_MEGABYTES,
                                                Stranger.WRONG_SIGNATURE)
                                        .sends(most);
                            } catch (IOException cut) {
                                // What the test is about
                            }
                        });
            }
            worstOf(GOOD_ONES / 5);
        }
        long worst = worstOf(GOOD_ONES);

        told(LARGE_ONES + " bodies of 4 MB", worst);
        assertThat(worst).as("p99").isLessThan(1000);
        assertThat(hub.isReady()).isTrue();
        assertThat(Files.readString(hub.log())).doesNotContain("OutOfMemoryError");
    }

    private static void told(String beside, long worst) throws IOException {
        LOG.info(
                "Beside {}: p99 {} ms, the hub's memory {} MB at most so far, its heap 512 MB",
                beside,
                worst,
                hub.mostMemory());
    }

    private Stranger stranger() throws IOException {
        var stranger = Stranger.at(hub.webhooks().getPort());
        strangers.add(stranger);
        return stranger;
    }

    /** @return milliseconds that all but the slowest in a hundred took */
    private long worstOf(int count) throws IOException {
        long[] took = new long[count];
        for (int i = 0; i < count; i++) {
            byte[] body =
                    messages(text("4915", "wamid.good." + System.nanoTime(), 1_790_000_000, "hi"));
            took[i] = millis(() -> meta.send(body));
        }
        Arrays.sort(took);
        return took[count * 99 / 100 - 1];
    }

    private static long millis(Answered request) throws IOException {
        long begin = System.nanoTime();
        assertThat(request.status()).isEqualTo(200);
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    }

    private interface Answered {
        int status() throws IOException;
    }

    private static AutoCloseable everySecond(Runnable what) {
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        clock.scheduleAtFixedRate(what, 1, 1, TimeUnit.SECONDS);
        return clock::shutdownNow;
    }
}
