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
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Keeps conversations that the other side takes nothing of for now in hand, in their order, and delivers what comes of others
 * meanwhile, all in the transaction that has begun. It ends when none rests any more.
 *
 * <p>Suspected events are tried in turn, the one tried longest ago first, and others before each: as many as may be taken
 * for one attempt, or all there are. However many are suspected, and however long each attempt takes, others get most of the
 * turns. One that was just set aside is tried again as soon as another was taken, which is what can be held against it. A
 * transaction that is full takes one more for each attempt, that the next may {@link
 * org.coexhub.delivery.failure.FailingEvents count}.
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
    private static final int MOST_BESIDE_A_SUSPECT = 25;
    private static final Duration TICK = Duration.ofMillis(100);

    private final TransactedReceiver.Work work;
    private final BooleanSupplier ending;
    private final Delivery delivery;
    private final Map<String, Resting> resting = new LinkedHashMap<>();
    private int messages;
    private long bytes;

    /** Taken since a suspected event was tried last; 0 while none rests. */
    private int beside;

    /** Nothing was there when it was last looked for. */
    private boolean dry;

    /**
     * How long a conversation is to rest.
     *
     * @param suspectedAttempts how often its first event was tried that may be at fault itself; 0 where the other side has
     *     only asked for time
     */
    record Rest(Duration time, int suspectedAttempts) {

        static Rest asked(Duration time) {
            return new Rest(time, 0);
        }
    }

    /** Delivers one message. */
    @FunctionalInterface
    interface Delivery {
        /** @return null when it is done with; how long its conversation is to rest */
        Rest of(Received message, RestingConversations beside) throws Exception;
    }

    /** One conversation's messages, the first refused for now. */
    private static final class Resting {
        private final Queue<Received> waiting = new ArrayDeque<>();
        private long until;
        private int suspectedAttempts;

        /** Not tried since it was set aside. */
        private boolean fresh = true;

        /** @return whether a suspected event was tried since the last time */
        private boolean rest(Rest rest) {
            until = System.nanoTime() + rest.time.toNanos();
            boolean tried = rest.suspectedAttempts != suspectedAttempts;
            suspectedAttempts = rest.suspectedAttempts;
            return tried;
        }
    }

    RestingConversations(TransactedReceiver.Work work, BooleanSupplier ending, Delivery delivery) {
        this.work = work;
        this.ending = ending;
        this.delivery = delivery;
    }

    /** Those that may be delivered now; the others go behind their conversation's that rest already. */
    List<Received> withoutResting(List<Received> given) {
        if (resting.isEmpty()) {
            return given;
        }
        var others = new ArrayList<Received>();
        for (Received message : given) {
            Resting before = resting.get(conversationOf(message));
            if (before == null) {
                others.add(message);
            } else {
                before.waiting.add(message);
                count(message);
            }
        }
        return others;
    }

    /** @throws Exception the transaction has to be rolled back */
    void deliverBeside() throws Exception {
        while (!resting.isEmpty()) {
            if (ending.getAsBoolean()) {
                throw new IllegalStateException("this node delivers no more");
            }
            retryAll();
            if (resting.isEmpty()) {
                return;
            }
            if (mayTake()) {
                take(work.next(TICK));
            } else {
                LockSupport.parkNanos(TICK.toNanos());
            }
        }
    }

    private void retryAll() throws Exception {
        boolean suspectsTurn = dry || beside >= MOST_BESIDE_A_SUSPECT || isFull();
        for (String conversation : new ArrayList<>(resting.keySet())) {
            Resting due = resting.get(conversation);
            boolean suspected = due.suspectedAttempts > 0;
            if (!suspected || suspectsTurn || due.fresh && beside > 0) {
                boolean tried = retry(conversation, due);
                if (suspected && tried) {
                    suspectsTurn = false;
                    dry = false;
                    beside = 0;
                }
            }
        }
    }

    private boolean isFull() {
        return messages >= MOST_MESSAGES || bytes >= MOST_BYTES;
    }

    private boolean mayTake() {
        if (isFull()) {
            // Whoever has only asked for time will be taken without that.
            return beside == 0 && resting.values().stream().allMatch(r -> r.suspectedAttempts > 0);
        }
        return beside < MOST_BESIDE_A_SUSPECT
                || resting.values().stream().noneMatch(r -> r.suspectedAttempts > 0);
    }

    private void take(Received message) throws Exception {
        dry = message == null;
        if (dry || withoutResting(List.of(message)).isEmpty()) {
            return;
        }
        beside++;
        Rest rest = delivery.of(message, this);
        if (rest == null) {
            count(message);
        } else {
            setAside(message, rest);
        }
    }

    void setAside(Received message, Rest rest) {
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

    /** @return whether one of its messages was tried */
    private boolean retry(String conversation, Resting due) throws Exception {
        boolean tried = false;
        while (System.nanoTime() - due.until >= 0 && !due.waiting.isEmpty()) {
            Rest rest = delivery.of(due.waiting.element(), this);
            if (rest == null) {
                due.waiting.remove();
                due.fresh = true;
                tried = true;
            } else if (due.rest(rest)) {
                due.fresh = false;
                tried = true;
            }
        }
        if (tried) {
            // Behind those that have waited longer for their turn.
            resting.remove(conversation);
            if (!due.waiting.isEmpty()) {
                resting.put(conversation, due);
            }
        }
        return tried;
    }

    private static String conversationOf(Received message) {
        return String.valueOf(message.property("JMSXGroupID"));
    }
}
