package org.coexhub.delivery.deadletter;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;

import org.coexhub.delivery.catalogue.DestinationCatalogue;
import org.coexhub.delivery.catalogue.DestinationStore;
import org.coexhub.delivery.failure.Failure;
import org.coexhub.delivery.fanout.EventHeaders;
import org.coexhub.delivery.fanout.FanOut;
import org.coexhub.event.MaskedId;
import org.coexhub.inbound.journal.FrameMarks;
import org.coexhub.inbound.journal.ParkedSlice;
import org.coexhub.platform.broker.QueueBrowsing;
import org.coexhub.platform.broker.QueueNames;
import org.coexhub.platform.broker.Received;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.stereotype.Component;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Lists, replays and discards dead letters: events a destination refused for good ({@code wa.dlq.<destination>}),
 * events the router could not handle ({@code wa.dlq.in}) and commands of other programs ({@code wa.dlq.commands}), each
 * with the reason. Parking, replaying and discarding are each one queue transaction, so a letter is in exactly one
 * place.
 */
@Component
public class DeadLetters {

    /** Stand for the router's and the command intake's dead letters where a destination is named. */
    static final String ROUTER = "in";

    static final String COMMANDS = "commands";

    private static final List<String> OF_NO_DESTINATION = List.of(ROUTER, COMMANDS);

    static final String REASON = "HubReason";
    static final String STATUS = "HubStatus";
    static final String ATTEMPTS = "HubAttempts";
    static final String PARKED_AT = QueueNames.PARKED_AT;

    private static final List<String> KEPT =
            Stream.concat(
                            EventHeaders.ALL.stream(),
                            Stream.of("idempotencyKey", QueueNames.NAMESPACE))
                    .toList();

    private static final LetterTaking.Move DROP = (message, session) -> {};

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
    private final DestinationCatalogue catalogue;
    private final DestinationStore store;
    private final InstantSource clock;
    private final QueueBrowsing look;
    private final LetterTaking taking;
    private final FrameMarks marks;

    DeadLetters(
            DestinationCatalogue catalogue,
            DestinationStore store,
            InstantSource clock,
            jakarta.jms.ConnectionFactory connections,
            QueueBrowsing look,
            LetterTurns turns,
            FrameMarks marks) {
        this.marks = marks;
        this.look = look;
        this.catalogue = catalogue;
        this.store = store;
        this.clock = clock;
        var jms = new JmsTemplate(connections);
        jms.setSessionTransacted(true);
        this.taking = new LetterTaking(jms, look, turns);
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

    public void park(
            String destination, Received message, Session session, Failure failure, int attempts)
            throws JMSException {
        // Before anything is sent: where the store is away, the transaction is as it was.
        store.countDeadLettered(destination, 1);
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
        return replay(destination, ids, LetterProgress.UNWATCHED);
    }

    /** As {@link #replay(String, List)}, watched. */
    public int replay(String destination, List<String> ids, LetterProgress progress) {
        return taking.take(
                destination, ids, putBack(destination), tellingReturned(destination, progress));
    }

    /** All that are meant, as many as there are, in their order. */
    public int replay(String destination, Predicate<Letter> meant, LetterProgress progress) {
        return taking.take(
                destination,
                wanted(destination, meant),
                putBack(destination),
                tellingReturned(destination, progress));
    }

    private static DeadLetterSweep.Wanted wanted(String destination, Predicate<Letter> meant) {
        return message -> meant.test(letter(destination, message));
    }

    private LetterTaking.Move putBack(String destination) {
        boolean history = asksForHistory(destination);
        return (message, session) -> {
            BytesMessage again =
                    ROUTER.equals(destination)
                            ? ParkedSlice.again(message, session, marks)
                            : copy(message, session);
            try (var producer =
                    session.createProducer(
                            session.createQueue(queueOf(destination, again, history)))) {
                producer.send(again);
            }
        };
    }

    private LetterProgress tellingReturned(String destination, LetterProgress progress) {
        return progress.tellingFirst(letters -> returned(destination, letters));
    }

    private void returned(String destination, int letters) {
        if (!OF_NO_DESTINATION.contains(destination)) {
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
        return discard(destination, ids, LetterProgress.UNWATCHED);
    }

    /** As {@link #discard(String, List)}, watched. */
    public int discard(String destination, List<String> ids, LetterProgress progress) {
        return dropped(destination, taking.take(destination, ids, DROP, progress));
    }

    /** All that are meant, as many as there are. */
    public int discard(String destination, Predicate<Letter> meant, LetterProgress progress) {
        return dropped(
                destination, taking.take(destination, wanted(destination, meant), DROP, progress));
    }

    private static int dropped(String destination, int letters) {
        if (letters > 0) {
            LOG.info("Destination {}: {} dead letters discarded by order", destination, letters);
        }
        return letters;
    }

    /** Where a letter is, among all destinations. */
    public Optional<Letter> find(String id) {
        return names().flatMap(name -> find(name, id).stream()).findFirst();
    }

    private Optional<Letter> find(String destination, String id) {
        return look.first(
                QueueNames.deadLetters(destination),
                DeadLetterSweep.selector(id),
                message -> letter(destination, message));
    }

    /**
     * Those of the router first, then of commands, then of the destinations; oldest first.
     *
     * @param most no more are looked for, and none is held that does not match
     */
    public List<Letter> matching(Predicate<Letter> filter, int most) {
        if (most < 0) {
            throw new IllegalArgumentException("fewer than none cannot be listed");
        }
        var found = new ArrayList<Letter>();
        for (String name : names().toList()) {
            if (found.size() < most) {
                found.addAll(matching(name, filter, most - found.size()));
            }
        }
        return found;
    }

    /** Those of one destination, the oldest first. */
    public List<Letter> matching(String destination, Predicate<Letter> filter, int most) {
        var found = new ArrayList<Letter>();
        if (most > 0) {
            look.visit(
                    QueueNames.deadLetters(destination),
                    message -> {
                        Letter letter = letter(destination, message);
                        if (filter.test(letter)) {
                            found.add(letter);
                        }
                        return found.size() < most;
                    });
        }
        return found;
    }

    /** How many match, among all destinations. */
    public int count(Predicate<Letter> filter) {
        return names().mapToInt(name -> count(name, filter)).sum();
    }

    /** How many of one destination match; none is held. */
    public int count(String destination, Predicate<Letter> filter) {
        var count = new AtomicInteger();
        look.visit(
                QueueNames.deadLetters(destination),
                message -> {
                    if (filter.test(letter(destination, message))) {
                        count.incrementAndGet();
                    }
                    return true;
                });
        return count.get();
    }

    /** Whose dead letters there are: the router's, commands', those of all destinations. */
    public Stream<String> names() {
        return Stream.concat(OF_NO_DESTINATION.stream(), catalogue.known().stream());
    }

    /** Whether that is one of {@link #names}, also where this node has not heard of it yet. */
    public boolean knows(String name) {
        return OF_NO_DESTINATION.contains(name) || store.find(name).isPresent();
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
                DeadLetterSweep.idOf(message),
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
}
