package org.coexhub.delivery.consumer;

import org.coexhub.delivery.failure.DeliveryFailedException;
import org.coexhub.platform.broker.Received;
import org.coexhub.platform.broker.TransactedReceiver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Keeps conversations that the other side takes nothing of for now in hand, in their order, and delivers what comes of others
 * meanwhile, all in the transaction that has begun. It ends when none rests any more.
 *
 * <p>The messages have to be taken out of the queue: the broker gives a conversation to one consumer only, and what this one
 * leaves there keeps the broker from handing out anything behind it, to whichever consumer.
 *
 * <p>So many messages at most are taken; then those that rest are waited for. If the process dies, all of them come again, so
 * this is for receivers that know what they have got ({@link DeliveryFailedException#later}).
 */
final class RestingConversations {

    private static final Logger LOG = LoggerFactory.getLogger(RestingConversations.class);

    private static final int MOST_MESSAGES = 1000;
    private static final long MOST_BYTES = 4L * 1024 * 1024;
    private static final Duration TICK = Duration.ofMillis(100);

    private final TransactedReceiver.Work work;
    private final BooleanSupplier ending;
    private final Delivery delivery;
    private final Map<String, Resting> resting = new LinkedHashMap<>();
    private int messages;
    private long bytes;

    /** Delivers one message. */
    @FunctionalInterface
    interface Delivery {
        /** @return null when it is done with; how long its conversation is to rest */
        Duration of(Received message) throws Exception;
    }

    /** One conversation's messages, the first refused for now. */
    private static final class Resting {
        private final Queue<Received> waiting = new ArrayDeque<>();
        private long until;

        private void rest(Duration time) {
            until = System.nanoTime() + time.toNanos();
        }
    }

    RestingConversations(TransactedReceiver.Work work, BooleanSupplier ending, Delivery delivery) {
        this.work = work;
        this.ending = ending;
        this.delivery = delivery;
    }

    /** @throws Exception the transaction has to be rolled back */
    void deliverBeside(Received first, Duration rest) throws Exception {
        setAside(first, rest);
        while (!resting.isEmpty()) {
            if (ending.getAsBoolean()) {
                throw new IllegalStateException("this node delivers no more");
            }
            for (String conversation : new ArrayList<>(resting.keySet())) {
                retry(conversation);
            }
            if (messages >= MOST_MESSAGES || bytes >= MOST_BYTES) {
                LockSupport.parkNanos(TICK.toNanos());
            } else {
                take(work.next(TICK));
            }
        }
    }

    private void take(Received message) throws Exception {
        if (message == null) {
            return;
        }
        Resting before = resting.get(conversationOf(message));
        if (before != null) {
            before.waiting.add(message);
            count(message);
            return;
        }
        Duration rest = delivery.of(message);
        if (rest == null) {
            count(message);
        } else {
            setAside(message, rest);
        }
    }

    private void setAside(Received message, Duration rest) {
        var conversation = new Resting();
        conversation.waiting.add(message);
        conversation.rest(rest);
        resting.put(conversationOf(message), conversation);
        count(message);
        LOG.warn(
                "A conversation rests, as the receiver takes nothing more of it for now; {} rest"
                        + " here",
                resting.size());
    }

    private void count(Received message) {
        messages++;
        bytes += message.body().length;
    }

    private void retry(String conversation) throws Exception {
        Resting due = resting.get(conversation);
        while (System.nanoTime() - due.until >= 0 && !due.waiting.isEmpty()) {
            Duration rest = delivery.of(due.waiting.element());
            if (rest == null) {
                due.waiting.remove();
            } else {
                due.rest(rest);
            }
        }
        if (due.waiting.isEmpty()) {
            resting.remove(conversation);
        }
    }

    private static String conversationOf(Received message) {
        return String.valueOf(message.property("JMSXGroupID"));
    }
}
