package org.coexhub.destination;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;

import org.coexhub.broker.QueueNames;
import org.coexhub.broker.journal.ParkedSlice;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.stereotype.Component;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    static final String PARKED_AT = "HubParkedAt";

    private static final List<String> KEPT =
            Stream.concat(EventHeaders.ALL.stream(), Stream.of("idempotencyKey")).toList();

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
    private static final long TAKE_WAIT_MILLIS = 2000;

    private final Catalogue catalogue;
    private final InstantSource clock;
    private final JmsTemplate jms;

    DeadLetters(
            Catalogue catalogue, InstantSource clock, jakarta.jms.ConnectionFactory connections) {
        this.catalogue = catalogue;
        this.clock = clock;
        this.jms = new JmsTemplate(connections);
        this.jms.setSessionTransacted(true);
    }

    /** @param id the broker's message id, by which it is replayed or discarded */
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

    void park(String destination, Message message, Session session, Failure failure, int attempts)
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
        catalogue.countDeadLettered(destination, 1);
        LOG.warn(
                "Destination {}: event {} goes to the dead letters: {}",
                destination,
                message.getStringProperty(EventHeaders.ID),
                failure.reason());
    }

    /** Oldest first. */
    public List<Letter> list(String destination, int limit) {
        return jms.browse(
                QueueNames.deadLetters(destination),
                (Session session, QueueBrowser browser) -> {
                    var letters = new ArrayList<Letter>();
                    var messages = browser.getEnumeration();
                    while (messages.hasMoreElements() && letters.size() < limit) {
                        letters.add(letter(destination, (Message) messages.nextElement()));
                    }
                    return letters;
                });
    }

    /** Puts the letter back into the queue it came from, behind what waits there. */
    public boolean replay(String destination, String id) {
        boolean moved =
                take(
                        destination,
                        id,
                        (message, session) -> {
                            BytesMessage again =
                                    ROUTER.equals(destination)
                                            ? ParkedSlice.again(message, session)
                                            : copy(message, session);
                            try (var producer =
                                    session.createProducer(
                                            session.createQueue(queueOf(destination)))) {
                                producer.send(again);
                            }
                        });
        if (moved && catalogue.find(destination).isPresent()) {
            catalogue.countReturned(destination, 1);
        }
        return moved;
    }

    private static String queueOf(String destination) {
        return switch (destination) {
            case ROUTER -> QueueNames.IN;
            case COMMANDS -> QueueNames.COMMANDS;
            default -> QueueNames.out(destination);
        };
    }

    /** Drops the letter; the event stays in the event log. */
    public boolean discard(String destination, String id) {
        boolean dropped = take(destination, id, (message, session) -> {});
        if (dropped) {
            LOG.info("Destination {}: dead letter {} discarded by order", destination, id);
        }
        return dropped;
    }

    /** Where a letter is, among all destinations. */
    public Optional<Letter> find(String id) {
        return matching(letter -> letter.id().equals(id)).stream().findFirst();
    }

    public List<Letter> matching(Predicate<Letter> filter) {
        var names = catalogue.entries().stream().map(Catalogue.Entry::name);
        return Stream.concat(Stream.of(ROUTER, COMMANDS), names)
                .flatMap(name -> list(name, Integer.MAX_VALUE).stream())
                .filter(filter)
                .toList();
    }

    private boolean take(String destination, String id, Move move) {
        Boolean taken =
                jms.execute(
                        session -> {
                            Queue queue = session.createQueue(QueueNames.deadLetters(destination));
                            try (var consumer =
                                    session.createConsumer(
                                            queue,
                                            "JMSMessageID = '" + id.replace("'", "''") + "'")) {
                                Message message = consumer.receive(TAKE_WAIT_MILLIS);
                                if (message == null) {
                                    return false;
                                }
                                move.make(message, session);
                                session.commit();
                                return true;
                            }
                        },
                        true);
        return Boolean.TRUE.equals(taken);
    }

    private static BytesMessage copy(Message message, Session session) throws JMSException {
        BytesMessage copy = session.createBytesMessage();
        copy.writeBytes(
                message instanceof BytesMessage bytes ? bytes.getBody(byte[].class) : new byte[0]);
        for (String header : KEPT) {
            String value = message.getStringProperty(header);
            if (value != null) {
                copy.setStringProperty(header, value);
            }
        }
        String group = message.getStringProperty("JMSXGroupID");
        if (group != null) {
            copy.setStringProperty("JMSXGroupID", group);
        }
        return copy;
    }

    private static Letter letter(String destination, Message message) throws JMSException {
        return new Letter(
                message.getJMSMessageID(),
                destination,
                message.getStringProperty(EventHeaders.ID),
                message.getStringProperty(EventHeaders.TYPE),
                message.getStringProperty(EventHeaders.CONVERSATION),
                message.getStringProperty(REASON),
                message.propertyExists(STATUS) ? message.getIntProperty(STATUS) : null,
                message.propertyExists(ATTEMPTS) ? message.getIntProperty(ATTEMPTS) : null,
                message.propertyExists(PARKED_AT)
                        ? Instant.ofEpochMilli(message.getLongProperty(PARKED_AT))
                        : null);
    }

    @FunctionalInterface
    private interface Move {
        void make(Message message, Session session) throws JMSException;
    }
}
