package org.coexhub.crash;

import org.coexhub.event.Lane;
import org.coexhub.testing.WebhookBody;
import org.coexhub.testing.WebhookSender;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * One of Meta's senders, with customers of its own. It sends the next webhook of a conversation only when the one before
 * was acknowledged, because requests that overlap have no order; and repeats what was not acknowledged, as Meta does.
 */
final class Traffic implements Callable<Traffic.Totals> {

    private static final Duration AGAIN = Duration.ofMillis(100);
    private static final long FIRST_SECOND = 1_760_000_000L;
    private static final int REMEMBERED = 300;
    private static final int BIGGEST_BATCH = 50;
    private static final String[] STATUSES = {"sent", "delivered", "read"};
    private static final String[] NUMBERS = {"106540352242922", "106540352242923"};

    private final int sender;
    private final int customers;
    private final WebhookSender http;
    private final Ledger ledger;
    private final AtomicBoolean stop;
    private final Random random;
    private final Deque<byte[]> bodies = new ArrayDeque<>();
    private final Deque<Message> messages = new ArrayDeque<>();
    private final Deque<Message> echoes = new ArrayDeque<>();
    private long place;
    private long webhooks;
    private long attempts;
    private long abandoned;

    Traffic(
            int sender,
            int customers,
            WebhookSender http,
            Ledger ledger,
            AtomicBoolean stop,
            long seed) {
        this.sender = sender;
        this.customers = customers;
        this.http = http;
        this.ledger = ledger;
        this.stop = stop;
        this.random = new Random(seed + sender);
    }

    /** @param attempts webhooks sent, each repetition counted */
    record Totals(long webhooks, long attempts, long abandoned) {
        Totals and(Totals other) {
            return new Totals(
                    webhooks + other.webhooks,
                    attempts + other.attempts,
                    abandoned + other.abandoned);
        }
    }

    private record Message(String customer, String wamid, Ledger.Sent entry) {
        String number() {
            return NUMBERS[Math.floorMod(customer.hashCode(), NUMBERS.length)];
        }
    }

    @Override
    public Totals call() {
        while (!stop.get()) {
            int dice = random.nextInt(100);
            if (dice < 50) {
                send(1);
            } else if (dice < 75) {
                send(2 + random.nextInt(BIGGEST_BATCH - 1));
            } else if (dice < 85) {
                repeatBody();
            } else {
                importHistory();
            }
        }
        return new Totals(webhooks, attempts, abandoned);
    }

    /** New updates, and among them now and then one that was there before. */
    private void send(int size) {
        var body = new WebhookBody();
        var entries = new ArrayList<Ledger.Sent>();
        for (int i = 0; i < size; i++) {
            int dice = random.nextInt(100);
            if (dice < 55 || echoes.isEmpty()) {
                message(body, entries);
            } else if (dice < 75) {
                echo(body, entries);
            } else if (dice < 90) {
                status(body, entries);
            } else {
                known(body);
            }
        }
        deliver(body.bytes(), entries);
    }

    private void message(WebhookBody body, List<Ledger.Sent> entries) {
        Message message = next("in", Lane.LIVE);
        body.message(
                message.number(),
                message.customer,
                message.wamid,
                FIRST_SECOND + place,
                "número " + place);
        entries.add(message.entry);
        remember(messages, message);
    }

    private void echo(WebhookBody body, List<Ledger.Sent> entries) {
        Message echo = next("app", Lane.LIVE);
        body.echo(echo.number(), echo.customer, echo.wamid, FIRST_SECOND + place, "reply " + place);
        entries.add(echo.entry);
        remember(echoes, echo);
    }

    private void status(WebhookBody body, List<Ledger.Sent> entries) {
        Message echo = echoes.removeFirst();
        for (String status : STATUSES) {
            place++;
            body.status(echo.number(), echo.customer, echo.wamid, FIRST_SECOND + place, status);
            entries.add(
                    ledger.enter(
                            "status:" + echo.wamid + ":" + status,
                            echo.customer,
                            Lane.LIVE,
                            place));
        }
    }

    /** The same message once more, in a webhook of other company. */
    private void known(WebhookBody body) {
        if (random.nextBoolean() && !messages.isEmpty()) {
            Message message = messages.peekFirst();
            body.message(message.number(), message.customer, message.wamid, FIRST_SECOND, "número");
        } else if (!echoes.isEmpty()) {
            Message echo = echoes.peekFirst();
            body.echo(echo.number(), echo.customer, echo.wamid, FIRST_SECOND, "reply");
        }
    }

    private void repeatBody() {
        if (!bodies.isEmpty()) {
            bodies.addLast(bodies.removeFirst());
            deliver(bodies.peekLast(), List.of());
        }
    }

    /** Some messages that only history knows, and one that came live as well. */
    private void importHistory() {
        var body = new WebhookBody();
        var entries = new ArrayList<Ledger.Sent>();
        for (int i = random.nextInt(5); i >= 0; i--) {
            Message old = next("old", Lane.HISTORY);
            body.imported(
                    old.number(),
                    old.customer,
                    old.wamid,
                    FIRST_SECOND - 1_000_000 + place,
                    "before " + place);
            entries.add(old.entry);
        }
        if (!messages.isEmpty()) {
            Message live = messages.removeFirst();
            // Its live copy may still wait while history, a lane of its own, overtakes.
            live.entry.withoutOrder();
            body.imported(live.number(), live.customer, live.wamid, FIRST_SECOND, "before");
        }
        deliver(body.bytes(), entries);
    }

    private Message next(String kind, Lane lane) {
        place++;
        String customer = "1555%02d%05d".formatted(sender, random.nextInt(customers));
        String wamid = "wamid." + kind + "." + sender + "." + place;
        return new Message(
                customer, wamid, ledger.enter("message:" + wamid, customer, lane, place));
    }

    private void deliver(byte[] body, List<Ledger.Sent> entries) {
        while (!acknowledged(body)) {
            if (random.nextInt(100) < 2) {
                abandoned++;
                entries.forEach(Ledger.Sent::withoutOrder);
                return;
            }
            LockSupport.parkNanos(AGAIN.toNanos());
        }
        webhooks++;
        Ledger.acknowledged(entries);
        if (bodies.size() < REMEMBERED) {
            bodies.addLast(body);
        } else if (random.nextInt(10) == 0) {
            bodies.removeFirst();
            bodies.addLast(body);
        }
    }

    private boolean acknowledged(byte[] body) {
        attempts++;
        try {
            return http.send(body) == 200;
        } catch (IOException unknown) {
            return false;
        }
    }

    private static void remember(Deque<Message> deque, Message message) {
        deque.addLast(message);
        if (deque.size() > REMEMBERED) {
            deque.removeFirst();
        }
    }
}
