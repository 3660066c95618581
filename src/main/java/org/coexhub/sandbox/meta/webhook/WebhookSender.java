package org.coexhub.sandbox.meta.webhook;

import org.coexhub.sandbox.meta.account.Misbehaviour;
import org.coexhub.sandbox.meta.account.Pace;
import org.coexhub.sandbox.meta.account.WebhookAttempt;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Posts updates to the hub the way Meta does. One thread takes updates in order, gathers, turns round or doubles them as told,
 * and hands each POST to one of eight lanes, so that chats do not wait for each other. A POST that fails leaves its lane and is
 * tried again at once and then with growing delays, while later updates go on: that is how Meta loses order.
 */
public final class WebhookSender implements AutoCloseable {
    private static final int LANES = 8;
    private static final int REMEMBERED = 200;

    private record Post(String id, byte[] body, String fields, Instant since) {}

    private final String appSecret;
    private final Clock clock;
    private final Pace pace;
    private final Supplier<Misbehaviour> misbehaviour;
    private final Payloads payloads;
    private final HttpClient http;
    private final ScheduledExecutorService timer;
    private final BlockingQueue<Payloads.Change> inbox = new LinkedBlockingQueue<>();
    private final List<ExecutorService> lanes = new ArrayList<>();
    private final Deque<WebhookAttempt> attempts = new ArrayDeque<>();
    private final CountDownLatch connected = new CountDownLatch(1);
    private final Thread dispatcher;
    private volatile URI webhook;

    public WebhookSender(
            String appSecret,
            Clock clock,
            Pace pace,
            Supplier<Misbehaviour> misbehaviour,
            Payloads payloads,
            ScheduledExecutorService timer) {
        this.appSecret = appSecret;
        this.clock = clock;
        this.pace = pace;
        this.misbehaviour = misbehaviour;
        this.payloads = payloads;
        this.timer = timer;
        http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(pace.webhookTimeout())
                        .build();
        for (int i = 0; i < LANES; i++) {
            lanes.add(Executors.newSingleThreadExecutor(Thread.ofVirtual().factory()));
        }
        dispatcher = Thread.ofVirtual().name("sandbox-webhooks").start(this::dispatch);
    }

    /** Meta's check of a new callback address. Only a 200 with the challenge as the whole body lets traffic begin. */
    public void handshake(URI uri, String verifyToken) throws IOException, InterruptedException {
        String challenge = Integer.toString(UUID.randomUUID().hashCode() & Integer.MAX_VALUE);
        URI check =
                URI.create(
                        uri
                                + "?hub.mode=subscribe&hub.challenge="
                                + challenge
                                + "&hub.verify_token="
                                + URLEncoder.encode(verifyToken, StandardCharsets.UTF_8)
                                        .replace("+", "%20"));
        HttpResponse<String> answer =
                http.send(
                        HttpRequest.newBuilder(check).timeout(pace.webhookTimeout()).build(),
                        HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200 || !answer.body().equals(challenge)) {
            throw new IOException(
                    "The callback URL could not be validated: HTTP " + answer.statusCode());
        }
        webhook = uri;
        connected.countDown();
    }

    public void enqueue(Payloads.Change change) {
        inbox.add(change);
    }

    /** Posts these very bytes, outside of any order, with a valid signature. */
    public void post(byte[] body, String fields) {
        if (!isConnected()) {
            throw new IllegalStateException("No callback URL has been verified yet");
        }
        Post post = new Post(UUID.randomUUID().toString(), body, fields, clock.instant());
        lanes.getFirst().execute(() -> attempt(post, 1));
    }

    public List<WebhookAttempt> attempts() {
        synchronized (attempts) {
            return List.copyOf(attempts);
        }
    }

    public boolean isConnected() {
        return connected.getCount() == 0;
    }

    private void dispatch() {
        try {
            connected.await();
            while (true) {
                List<Payloads.Change> changes = new ArrayList<>();
                changes.add(inbox.take());
                Misbehaviour now = misbehaviour.get();
                if (now.gathers()) {
                    gather(changes);
                }
                if (now.reorder()) {
                    Collections.reverse(changes);
                }
                if (now.batch()) {
                    hand(changes, now.duplicates());
                } else {
                    changes.forEach(change -> hand(List.of(change), now.duplicates()));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void gather(List<Payloads.Change> changes) throws InterruptedException {
        long end = System.nanoTime() + pace.gather().toNanos();
        for (long left = pace.gather().toNanos(); left > 0; left = end - System.nanoTime()) {
            Payloads.Change next = inbox.poll(left, TimeUnit.NANOSECONDS);
            if (next != null) {
                changes.add(next);
            }
        }
    }

    private void hand(List<Payloads.Change> changes, boolean twice) {
        String fields =
                String.join(",", changes.stream().map(Payloads.Change::field).distinct().toList());
        Post post =
                new Post(
                        UUID.randomUUID().toString(),
                        payloads.body(changes),
                        fields,
                        clock.instant());
        ExecutorService lane =
                lanes.get(Math.floorMod(changes.getFirst().lane().hashCode(), LANES));
        for (int i = 0; i < (twice ? 2 : 1); i++) {
            lane.execute(() -> attempt(post, 1));
        }
    }

    private void attempt(Post post, int number) {
        int status = send(post.body());
        synchronized (attempts) {
            attempts.addLast(
                    new WebhookAttempt(post.id(), number, clock.instant(), post.fields(), status));
            if (attempts.size() > REMEMBERED) {
                attempts.removeFirst();
            }
        }
        boolean givenUp =
                Duration.between(post.since(), clock.instant()).compareTo(Pace.GIVE_UP) > 0;
        if (status != 200 && !givenUp && !timer.isShutdown()) {
            Runnable again = () -> Thread.ofVirtual().start(() -> attempt(post, number + 1));
            timer.schedule(again, pace.beforeRetry(number).toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** HMAC-SHA256 of the exact bytes, in hex. */
    public static String signature(String secret, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has HmacSHA256", e);
        }
    }

    /** The HTTP status, or 0 when no answer came. */
    private int send(byte[] body) {
        if (misbehaviour.get().unplugged()) {
            return 0;
        }
        HttpRequest request =
                HttpRequest.newBuilder(webhook)
                        .timeout(pace.webhookTimeout())
                        .header("Content-Type", "application/json")
                        .header("User-Agent", "facebookexternalua")
                        .header("X-Hub-Signature-256", "sha256=" + signature(appSecret, body))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0; // shows as a failed attempt and is tried again
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    @Override
    public void close() {
        dispatcher.interrupt();
        lanes.forEach(ExecutorService::shutdownNow);
        http.shutdownNow();
    }
}
