package org.coexhub.destination;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.Session;

import org.coexhub.broker.QueueLook;
import org.coexhub.broker.QueueNames;
import org.coexhub.broker.Received;
import org.coexhub.broker.journal.FrameMarks;
import org.coexhub.broker.journal.ParkedSlice;
import org.coexhub.event.MaskedId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.stereotype.Component;

import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What could not be handled, with the reason: events a destination refused for good ({@code wa.dlq.<destination>}),
 * events the router could not handle ({@code wa.dlq.in}) and commands of other programs ({@code wa.dlq.commands}).
 * Parking, replaying and discarding are each one queue transaction, so a letter is in exactly one place.
 */
@Component
public class DeadLetters {

    /** Stand for the router's and the command intake's dead letters where a destination is named. */
    static final String ROUTER = "in";

    static final String COMMANDS = "commands";

    static final String REASON = "HubReason";
    static final String STATUS = "HubStatus";
    static final String ATTEMPTS = "HubAttempts";
    static final String PARKED_AT = ParkedSlice.PARKED_AT;

    private static final List<String> KEPT =
            Stream.concat(
                            EventHeaders.ALL.stream(),
                            Stream.of("idempotencyKey", QueueNames.NAMESPACE))
                    .toList();

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
    private static final long TAKE_WAIT_MILLIS = 2000;

    /** Rounds of one request; more than one only where it is not sure that all letters were seen. */
    private static final int MOST_ROUNDS = 20;

    private final Catalogue catalogue;
    private final DestinationStore store;
    private final InstantSource clock;
    private final JmsTemplate jms;
    private final QueueLook look;
    private final LetterTurns turns;
    private final FrameMarks marks;

    DeadLetters(
            Catalogue catalogue,
            DestinationStore store,
            InstantSource clock,
            jakarta.jms.ConnectionFactory connections,
            QueueLook look,
            LetterTurns turns,
            FrameMarks marks) {
        this.marks = marks;
        this.look = look;
        this.turns = turns;
        this.catalogue = catalogue;
        this.store = store;
        this.clock = clock;
        this.jms = new JmsTemplate(connections);
        this.jms.setSessionTransacted(true);
    }

    /** @param id by which it is replayed or discarded: the message id it had when it became a dead letter */
    public record Letter(
            String id,
            String destination,
            String eventId,
            String eventType,
            String conversation,
            String reason,
            Integer status,
            Integer attempts,
            Instant parkedAt) {}

    void park(String destination, Received message, Session session, Failure failure, int attempts)
            throws JMSException {
        BytesMessage dead = copy(message, session);
        dead.setStringProperty(REASON, failure.reason());
        if (failure.status() != null) {
            dead.setIntProperty(STATUS, failure.status());
        }
        dead.setIntProperty(ATTEMPTS, attempts);
        dead.setLongProperty(PARKED_AT, clock.millis());
        try (var producer =
                session.createProducer(session.createQueue(QueueNames.deadLetters(destination)))) {
            producer.send(dead);
        }
        store.countDeadLettered(destination, 1);
        LOG.warn(
                "Destination {}: event {} goes to the dead letters: {}",
                destination,
                MaskedId.of(message.property(EventHeaders.ID)),
                MaskedId.of(failure.reason()));
    }

    /** Oldest first. */
    public List<Letter> list(String destination, int limit) {
        return look.at(
                QueueNames.deadLetters(destination),
                limit,
                message -> letter(destination, message));
    }

    /** Puts the letter back into the queue it came from, behind what waits there. */
    public boolean replay(String destination, String id) {
        return replay(destination, List.of(id)) == 1;
    }

    /**
     * Puts letters of a destination back, in this order as far as the broker finds them at once.
     *
     * @return how many; the others are gone already
     */
    public int replay(String destination, List<String> ids) {
        boolean history = asksForHistory(destination);
        return take(
                destination,
                ids,
                (message, session) -> {
                    BytesMessage again =
                            ROUTER.equals(destination)
                                    ? ParkedSlice.again(message, session, marks)
                                    : copy(message, session);
                    try (var producer =
                            session.createProducer(
                                    session.createQueue(queueOf(destination, again, history)))) {
                        producer.send(again);
                    }
                },
                letters -> returned(destination, letters));
    }

    private void returned(String destination, int letters) {
        if (catalogue.known().contains(destination)) {
            store.countReturned(destination, letters);
        }
    }

    /** Only who still asks for history has somebody who takes it from its queue. */
    private boolean asksForHistory(String destination) {
        return store.find(destination).map(row -> row.filter().asksForHistory()).orElse(false);
    }

    private static String queueOf(String destination, Message letter, boolean history)
            throws JMSException {
        return switch (destination) {
            case ROUTER -> QueueNames.IN;
            case COMMANDS -> QueueNames.OWN_COMMANDS;
            default ->
                    history
                            ? FanOut.queueOf(
                                    destination, letter.getStringProperty(EventHeaders.ORIGIN))
                            : QueueNames.out(destination);
        };
    }

    /** Drops the letter; the event stays in the event log. */
    public boolean discard(String destination, String id) {
        return discard(destination, List.of(id)) == 1;
    }

    /** @return how many; the others are gone already */
    public int discard(String destination, List<String> ids) {
        int dropped = take(destination, ids, (message, session) -> {}, letters -> {});
        if (dropped > 0) {
            LOG.info("Destination {}: {} dead letters discarded by order", destination, dropped);
        }
        return dropped;
    }

    /** Where a letter is, among all destinations. */
    public Optional<Letter> find(String id) {
        return names().flatMap(name -> find(name, id).stream()).findFirst();
    }

    private Optional<Letter> find(String destination, String id) {
        return look.first(
                QueueNames.deadLetters(destination),
                LetterRound.selector(id),
                message -> letter(destination, message));
    }

    /** Those of the router first, then of commands, then of the destinations; oldest first. */
    public List<Letter> matching(Predicate<Letter> filter) {
        return names().flatMap(name -> list(name, Integer.MAX_VALUE).stream())
                .filter(filter)
                .toList();
    }

    private Stream<String> names() {
        return Stream.concat(Stream.of(ROUTER, COMMANDS), catalogue.known().stream());
    }

    /**
     * What the broker finds is taken at once, the rest in a round through the queue.
     *
     * @param done told how many have just been taken, after each transaction
     * @return how many in all
     */
    private int take(String destination, List<String> ids, Move move, IntConsumer done) {
        int taken = 0;
        for (int i = 0; i < ids.size(); i++) {
            if (pick(destination, ids.get(i), move)) {
                done.accept(1);
                taken++;
                continue;
            }
            String id = ids.get(i);
            // A round that goes on, on whichever node, may have the letter in hand, where nobody
            // sees it.
            if (turns.take(destination, mine -> find(destination, id).isPresent())) {
                Set<String> rest = Set.copyOf(ids.subList(i, ids.size()));
                return taken + round(destination, rest, move, done);
            }
        }
        return taken;
    }

    private boolean pick(String destination, String id, Move move) {
        Boolean taken =
                jms.execute(
                        session -> {
                            Queue queue = session.createQueue(QueueNames.deadLetters(destination));
                            try (var consumer =
                                    session.createConsumer(queue, LetterRound.selector(id))) {
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

    /** @return how many of them were taken */
    int round(String destination, Set<String> ids, Move move, IntConsumer done) {
        var rest = new HashSet<>(ids);
        for (int round = 1; round <= MOST_ROUNDS; round++) {
            LetterRound.Outcome outcome =
                    turns.take(destination, mine -> goRound(destination, rest, move, done, mine));
            rest.removeAll(outcome.taken());
            if (outcome.complete()) {
                return ids.size() - rest.size();
            }
        }
        throw new LettersBusy(destination);
    }

    private LetterRound.Outcome goRound(
            String destination,
            Set<String> ids,
            Move move,
            IntConsumer done,
            BooleanSupplier mine) {
        List<Letter> letters = list(destination, Integer.MAX_VALUE);
        if (!ids.isEmpty() && letters.stream().map(Letter::id).noneMatch(ids::contains)) {
            return LetterRound.Outcome.NOTHING;
        }
        var round = new LetterRound(QueueNames.deadLetters(destination), ids, move, done, mine);
        return jms.execute(session -> round.go(session, letters.size()), true);
    }

    private static BytesMessage copy(Received message, Session session) throws JMSException {
        BytesMessage copy = session.createBytesMessage();
        copy.writeBytes(message.body());
        for (String header : KEPT) {
            String value = message.property(header);
            if (value != null) {
                copy.setStringProperty(header, value);
            }
        }
        String group = message.property("JMSXGroupID");
        if (group != null) {
            copy.setStringProperty("JMSXGroupID", group);
        }
        return copy;
    }

    private static Letter letter(String destination, Message message) throws JMSException {
        return new Letter(
                LetterRound.idOf(message),
                destination,
                message.getStringProperty(EventHeaders.ID),
                message.getStringProperty(EventHeaders.TYPE),
                message.getStringProperty(EventHeaders.CONVERSATION),
                message.getStringProperty(REASON),
                message.propertyExists(STATUS) ? message.getIntProperty(STATUS) : null,
                message.propertyExists(ATTEMPTS) ? message.getIntProperty(ATTEMPTS) : null,
                Instant.ofEpochMilli(
                        message.propertyExists(PARKED_AT)
                                ? message.getLongProperty(PARKED_AT)
                                : message.getJMSTimestamp()));
    }

    /** What becomes of a letter, within the transaction that takes it. */
    @FunctionalInterface
    interface Move {
        void make(Received letter, Session session) throws JMSException;
    }
}
