package org.coexhub.inbound.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.text;

import jakarta.jms.BytesMessage;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Message;

import org.coexhub.inbound.journal.SliceFrame;
import org.coexhub.platform.broker.Broker;
import org.coexhub.platform.broker.BrokerSwitch;
import org.coexhub.routes.HubFolder;
import org.coexhub.routes.StartedHub;
import org.coexhub.testing.MetaSignature;
import org.junit.jupiter.api.Test;
import org.springframework.jms.core.JmsTemplate;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Promise 1: 200 goes to Meta only after the bytes are durable; everything else gets an honest error code.
 *
 * <p>{@code -Dwebhooks=100000} sends more of them.
 */
class NothingAcknowledgedIsLostTest {

    private static final int REQUESTS = Integer.getInteger("webhooks", 20_000);
    private static final int CONNECTIONS = 64;
    private static final int BIG_EVERY = 1_000;
    private static final int BIG_BYTES = 3_000_000;
    private static final List<String> WORDS =
            List.of("plain", "ñandú 😀👩‍👩‍👧", "a\\u0000b", "\\ud83d\\ude00 \\\"quoted\\\"");

    @Test
    void whatWasAcknowledgedBeforeTheBrokerDiedIsThereAfterwardsAndNothingElseWasAcknowledged()
            throws Exception {
        HubFolder folder = HubFolder.fresh().gatheringDestination("kept", "whatsapp.*");
        try (var hub = StartedHub.on(folder)) {
            assertThat(hub.post(one("before"))).isEqualTo(200);
            assertThat(hub.management("/actuator/health/readiness").statusCode()).isEqualTo(200);

            BrokerSwitch.off(hub.bean(Broker.class));

            assertThat(hub.post(one("after"))).isEqualTo(503);
            assertThat(hub.management("/actuator/health/readiness").statusCode()).isEqualTo(503);
            assertThat(hub.management("/actuator/health/liveness").statusCode()).isEqualTo(200);
        }
        try (var hub = StartedHub.on(folder)) {
            assertThat(hub.post(one("again"))).isEqualTo(200);
            JmsTemplate jms = new JmsTemplate(hub.bean(ConnectionFactory.class));
            jms.setReceiveTimeout(10_000);
            assertThat(jms.receive("wa.out.kept").getStringProperty("HubEventId"))
                    .isEqualTo("message:wamid.before");
            assertThat(jms.receive("wa.out.kept").getStringProperty("HubEventId"))
                    .isEqualTo("message:wamid.again");
        }
    }

    @Test
    void aFullDiskIsAnswered503() throws Exception {
        try (var hub = StartedHub.on(HubFolder.fresh(), "hub.broker.max-disk-usage=1")) {
            await().until(() -> hub.post(one("full")) == 503);
            assertThat(hub.management("/actuator/health/readiness").statusCode()).isEqualTo(503);
        }
    }

    @Test
    void everyOneOfManyConcurrentWebhooksIsAnsweredRightAndStoredByteForByte() throws Exception {
        HubFolder folder = HubFolder.fresh();
        holdTheRouter(folder);
        try (var hub = StartedHub.on(folder)) {
            var next = new AtomicInteger();
            try (var threads = Executors.newFixedThreadPool(CONNECTIONS)) {
                List<Future<?>> running = new ArrayList<>();
                for (int i = 0; i < CONNECTIONS; i++) {
                    running.add(
                            threads.submit(
                                    () -> {
                                        postAll(hub.port(), next);
                                        return null;
                                    }));
                }
                for (Future<?> each : running) {
                    each.get();
                }
            }

            BitSet stored = storedExactly(new JmsTemplate(hub.bean(ConnectionFactory.class)));

            assertThat(stored.cardinality()).isEqualTo(accepted(REQUESTS));
        }
    }

    /** Without the router the journal keeps what the webhooks brought. */
    private static void holdTheRouter(HubFolder folder) throws IOException {
        var file = folder.routes().resolve("events.camel.yaml");
        String routes = Files.readString(file);
        Files.writeString(
                file,
                routes.replace(
                                "    id: events-live\n",
                                "    id: events-live\n    autoStartup: false\n")
                        .replace(
                                "    id: events-history\n",
                                "    id: events-history\n    autoStartup: false\n"));
    }

    private static void postAll(int port, AtomicInteger next) throws IOException {
        int i = next.getAndIncrement();
        while (i < REQUESTS) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(30_000);
                OutputStream out = socket.getOutputStream();
                InputStream in = new BufferedInputStream(socket.getInputStream());
                boolean open = true;
                while (open && i < REQUESTS) {
                    out.write(request(i));
                    out.flush();
                    Answer answer = readAnswer(in);
                    if (answer.status != (isForged(i) ? 401 : 200)) {
                        throw new AssertionError("request " + i + " was answered " + answer.status);
                    }
                    open = answer.keepsOpen;
                    i = next.getAndIncrement();
                }
            }
        }
    }

    private static byte[] request(int index) {
        byte[] body = body(index);
        String secret = isForged(index) ? "forged" : StartedHub.SECRET;
        byte[] head =
                ("POST /webhooks/whatsapp HTTP/1.1\r\n"
                                + "Host: hub\r\n"
                                + "Content-Type: application/json\r\n"
                                + "X-Hub-Signature-256: "
                                + MetaSignature.of(secret, body)
                                + "\r\nContent-Length: "
                                + body.length
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
        byte[] whole = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, whole, head.length, body.length);
        return whole;
    }

    private record Answer(int status, boolean keepsOpen) {}

    /** The answer's body is read away. */
    private static Answer readAnswer(InputStream in) throws IOException {
        int status = Integer.parseInt(line(in).split(" ")[1]);
        int length = 0;
        boolean keepsOpen = true;
        for (String header = line(in).toLowerCase(Locale.ROOT);
                !header.isEmpty();
                header = line(in).toLowerCase(Locale.ROOT)) {
            if (header.startsWith("content-length:")) {
                length = Integer.parseInt(header.substring(15).strip());
            }
            keepsOpen &= !header.equals("connection: close");
        }
        in.readNBytes(length);
        return new Answer(status, keepsOpen);
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the connection was closed");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    private static BitSet storedExactly(JmsTemplate jms) throws Exception {
        var stored = new BitSet(REQUESTS);
        jms.execute(
                session -> {
                    try (var consumer = session.createConsumer(session.createQueue("wa.in"))) {
                        for (Message message = consumer.receive(1000);
                                message != null;
                                message = consumer.receive(1000)) {
                            for (byte[] slice :
                                    SliceFrame.split(
                                            ((BytesMessage) message).getBody(byte[].class))) {
                                int index = indexIn(slice);
                                assertThat(stored.get(index))
                                        .as("webhook %d is stored once", index)
                                        .isFalse();
                                stored.set(index);
                                if (!Arrays.equals(slice, body(index))) {
                                    throw new AssertionError(
                                            "webhook " + index + " is not stored as it came");
                                }
                            }
                        }
                    }
                    return null;
                },
                true);
        return stored;
    }

    private static int indexIn(byte[] slice) {
        String head =
                new String(slice, 0, Math.min(slice.length, 600), StandardCharsets.ISO_8859_1);
        int start = head.indexOf("wamid.") + 6;
        return Integer.parseInt(head.substring(start, head.indexOf('"', start)));
    }

    private static byte[] body(int index) {
        String words =
                index % BIG_EVERY == 1
                        ? "😀".repeat(BIG_BYTES / 4)
                        : WORDS.get(index % WORDS.size());
        return messages(
                text("49" + (1_000_000 + index % 3000), "wamid." + index, 1_790_000_000, words));
    }

    private static boolean isForged(int index) {
        return index % 100 == 99;
    }

    private static int accepted(int requests) {
        return requests - requests / 100;
    }

    private static byte[] one(String name) {
        return messages(text("491701", "wamid." + name, 1_790_000_000, name));
    }
}
