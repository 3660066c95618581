package org.coexhub.delivery.deadletter;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;

import org.coexhub.delivery.deadletter.DeadLetterSweep.Wanted;
import org.coexhub.platform.broker.QueueBrowsing;
import org.coexhub.platform.broker.QueueNames;
import org.coexhub.platform.broker.Received;
import org.springframework.jms.core.JmsTemplate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Takes letters out of a queue of dead letters: a few one by one, what the broker does not find and a good part of a
 * queue in a {@link DeadLetterSweep}.
 */
final class LetterTaking {

    private static final long TAKE_WAIT_MILLIS = 2000;

    /** So many are picked one by one, however few there are in all. */
    private static final int FEW = 20;

    /** Ids that an act has in memory at most. */
    private static final int MOST_LISTED = 200;

    /** From this part of the queue on a round costs less than to pick. */
    private static final int ROUND_FROM = 4;

    /** Rounds of one act; more than one only where it is not sure that all letters were seen. */
    private static final int MOST_ROUNDS = 20;

    private final JmsTemplate jms;
    private final QueueBrowsing look;
    private final LetterTurns turns;

    /** What becomes of a letter, within the transaction that takes it. */
    @FunctionalInterface
    interface Move {
        void make(Received letter, Session session) throws JMSException;
    }

    /** @param jms with transacted sessions */
    LetterTaking(JmsTemplate jms, QueueBrowsing look, LetterTurns turns) {
        this.jms = jms;
        this.look = look;
        this.turns = turns;
    }

    /** All that are wanted, however many: few are listed first, more are met by a round. */
    int take(String destination, Wanted wanted, Move move, LetterProgress progress) {
        var listed = new ArrayList<String>();
        look.visit(
                QueueNames.deadLetters(destination),
                letter -> {
                    if (wanted.is(letter)) {
                        listed.add(DeadLetterSweep.idOf(letter));
                    }
                    return listed.size() <= MOST_LISTED;
                });
        return listed.size() <= MOST_LISTED
                ? take(destination, listed, move, progress)
                : round(destination, wanted, false, move, progress);
    }

    /** @return how many were taken; the others are gone already, unless the act was ended */
    int take(String destination, List<String> ids, Move move, LetterProgress progress) {
        String queue = QueueNames.deadLetters(destination);
        if (ids.size() > FEW && ids.size() > look.depth(queue) / ROUND_FROM) {
            return round(destination, Set.copyOf(ids), move, progress);
        }
        int taken = 0;
        for (int i = 0; i < ids.size() && progress.goesOn(); i++) {
            String id = ids.get(i);
            if (pick(queue, id, move)) {
                progress.moved(1);
                taken++;
                continue;
            }
            // A round that goes on, on whichever node, may have the letter in hand, where nobody
            // sees it.
            Optional<Boolean> there =
                    turns.take(destination, progress::goesOn, mine -> isThere(queue, id));
            if (there.orElse(false)) {
                Set<String> rest = Set.copyOf(ids.subList(i, ids.size()));
                return taken + round(destination, rest, move, progress);
            }
        }
        return taken;
    }

    private boolean isThere(String queue, String id) {
        return look.first(queue, DeadLetterSweep.selector(id), DeadLetterSweep::idOf).isPresent();
    }

    private boolean pick(String queue, String id, Move move) {
        Boolean taken =
                jms.execute(
                        session -> {
                            try (var consumer =
                                    session.createConsumer(
                                            session.createQueue(queue),
                                            DeadLetterSweep.selector(id))) {
                                Message message = consumer.receive(TAKE_WAIT_MILLIS);
                                if (message == null) {
                                    return false;
                                }
                                move.make(Received.of(message), session);
                                session.commit();
                                return true;
                            }
                        },
                        true);
        return Boolean.TRUE.equals(taken);
    }

    /** @return how many of them were taken; with no id at all it goes round all the same */
    int round(String destination, Set<String> ids, Move move, LetterProgress progress) {
        return round(
                destination,
                letter -> ids.contains(DeadLetterSweep.idOf(letter)),
                ids.isEmpty(),
                move,
                progress);
    }

    private int round(
            String destination, Wanted wanted, boolean always, Move move, LetterProgress progress) {
        int taken = 0;
        for (int round = 1; round <= MOST_ROUNDS; round++) {
            Optional<DeadLetterSweep.Outcome> outcome =
                    turns.take(
                            destination,
                            progress::goesOn,
                            mine -> goRound(destination, wanted, always, move, progress, mine));
            taken += outcome.map(DeadLetterSweep.Outcome::taken).orElse(0);
            if (outcome.isEmpty() || outcome.get().complete() || !progress.goesOn()) {
                return taken;
            }
        }
        throw new LettersBusyException(destination);
    }

    private DeadLetterSweep.Outcome goRound(
            String destination,
            Wanted wanted,
            boolean always,
            Move move,
            LetterProgress progress,
            BooleanSupplier mine) {
        String queue = QueueNames.deadLetters(destination);
        var there = new AtomicInteger();
        var any = new AtomicBoolean(always);
        look.visit(
                queue,
                letter -> {
                    there.incrementAndGet();
                    if (!any.get()) {
                        any.set(wanted.is(letter));
                    }
                    return true;
                });
        if (!any.get()) {
            return DeadLetterSweep.Outcome.NOTHING;
        }
        BooleanSupplier goesOn = () -> mine.getAsBoolean() && progress.goesOn();
        var round = new DeadLetterSweep(queue, wanted, move, progress::moved, goesOn);
        return jms.execute(session -> round.go(session, there.get()), true);
    }
}
