package org.coexhub.inbound.journal;

import com.fasterxml.jackson.core.JsonProcessingException;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Session;

import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.coexhub.event.MaskedId;
import org.coexhub.event.json.JsonFault;
import org.coexhub.platform.broker.PassingFailure;
import org.coexhub.platform.broker.QueueNames;
import org.coexhub.platform.broker.Received;
import org.coexhub.platform.broker.ReceiverFactory;
import org.coexhub.platform.broker.RolledBackDeliveries;
import org.coexhub.platform.broker.TransactedReceiver;
import org.coexhub.platform.process.OutOfMemory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs the route for batches of journal messages and isolates what cannot be handled.
 *
 * <p>A batch that fails is tried again message by message, a message that fails alone slice by slice, and a slice event by
 * event; an event that fails alone goes to {@code wa.dlq.in} with its reason and its neighbours go on. That is so for any
 * exception and any error: what came again without end would stand before all conversations of its partitions. Only a
 * {@link PassingFailure} is nobody's fault: one of the broker rolls everything back and it comes again, one of the store is
 * waited out.
 *
 * <p><b>Why a batch stays in hand while the store is away.</b> A message that is rolled back is for a moment neither in hand
 * nor in its queue. A consumer that joins in that moment may be given later messages of the partition. As long as nothing has
 * been sent in the transaction the same messages are tried again in it, until the store is back.
 *
 * <p>Trying again in the same transaction is safe because the route sends nothing before its store transaction has
 * committed. Should it fail even later, when something was sent, the transaction rolls back and the message is parked
 * when it comes again.
 */
final class JournalConsumer extends DefaultConsumer {

    private static final Logger LOG = LoggerFactory.getLogger(JournalConsumer.class);
    private static final int REASON_LENGTH = 500;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final ReceiverFactory receivers;
    private final String queue;
    private final int consumers;
    private final int batch;
    private final RouterPace pace;
    private final FrameMarks marks;
    private final InstantSource clock;
    private final RolledBackDeliveries<Throwable> rolledBack = new RolledBackDeliveries<>();
    private TransactedReceiver receiver;

    JournalConsumer(
            Endpoint endpoint,
            Processor processor,
            ReceiverFactory receivers,
            String queue,
            int consumers,
            int batch,
            RouterPace pace,
            FrameMarks marks,
            InstantSource clock) {
        super(endpoint, processor);
        this.receivers = receivers;
        this.queue = queue;
        this.consumers = consumers;
        this.batch = batch;
        this.pace = pace;
        this.marks = marks;
        this.clock = clock;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        receiver = receivers.start(queue, consumers, batch, pace, this::handle);
    }

    @Override
    protected void doStop() throws Exception {
        if (receiver != null) {
            receiver.close();
        }
        super.doStop();
    }

    private void handle(List<Received> messages, TransactedReceiver.Work work) throws Exception {
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                handleOnce(messages, work);
                return;
            } catch (Exception e) {
                if (!isRunAllowed()
                        || work.hasSentInTransaction()
                        || !PassingFailure.isOfTheStore(e)) {
                    throw e;
                }
                LOG.warn(
                        "Queue {}: the store is away, {} messages wait for it, again in {}: {}",
                        queue,
                        messages.size(),
                        pause,
                        e.getClass().getSimpleName());
                rest(pause);
                Duration doubled = pause.multipliedBy(2);
                pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
            }
        }
    }

    private void rest(Duration pause) {
        long end = System.nanoTime() + pause.toNanos();
        while (isRunAllowed() && System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    private void handleOnce(List<Received> messages, TransactedReceiver.Work work)
            throws Exception {
        Map<Received, JournalBatch.Entry> entries = new LinkedHashMap<>();
        for (Received message : messages) {
            try {
                entries.put(message, entry(message));
            } catch (IllegalArgumentException | NullPointerException foreign) {
                LOG.warn("Queue {}: foreign message parked", queue);
                parkForeign(message, foreign, work.session());
            }
        }
        List<Received> own = List.copyOf(entries.keySet());
        var whole = new JournalBatch(List.copyOf(entries.values()), OptionalInt.empty());
        if (!rolledBack.knowsAnyOf(own) && run(whole, own, work).failure == null) {
            return;
        }
        for (var message : entries.entrySet()) {
            JournalBatch.Entry entry = message.getValue();
            Throwable verdict = rolledBack.verdictFor(message.getKey());
            if (verdict == null) {
                handle(entry, List.of(message.getKey()), work);
            } else {
                parkAll(entry, verdict, work.session());
            }
        }
    }

    private void handle(
            JournalBatch.Entry entry, List<Received> message, TransactedReceiver.Work work)
            throws Exception {
        var alone = new JournalBatch(List.of(entry), OptionalInt.empty());
        Run failed = run(alone, message, work);
        if (failed.failure == null) {
            return;
        }
        if (entry.slices().size() > 1) {
            for (int slice = 0; slice < entry.slices().size(); slice++) {
                handle(entry.alone(slice), message, work);
            }
            return;
        }
        if (failed.events == 0) {
            parkAll(entry, failed.failure, work.session());
        }
        for (int i = 0; i < failed.events; i++) {
            Run run = run(alone.only(i), message, work);
            if (run.failure != null) {
                JournalBatch.Entry of = run.repetition ? entry.repetition(i) : entry;
                park(run.deadBody, run.deadOwn, run.failure, run.eventId, of, work.session());
            }
        }
    }

    private void parkAll(JournalBatch.Entry entry, Throwable failure, Session session)
            throws JMSException {
        for (int slice = 0; slice < entry.slices().size(); slice++) {
            JournalBatch.Entry alone = entry.alone(slice);
            park(alone.slices().getFirst(), entry.own(), failure, null, alone, session);
        }
    }

    /**
     * Such a message may be genuine: of a store that was replaced. So its slices are parked as those of any other, and
     * only a person's replay makes of them what the message says they are.
     */
    private void parkForeign(Received message, RuntimeException foreign, Session session)
            throws JMSException {
        Optional<UnverifiedFrame> frame = UnverifiedFrame.of(message);
        if (frame.isEmpty()) {
            park(message.body(), false, foreign, null, null, session);
            return;
        }
        for (BytesMessage letter : frame.get().letters(session)) {
            send(letter, frame.get().reason(foreign), session);
        }
    }

    /** @param from those the batch was made of */
    private Run run(JournalBatch messages, List<Received> from, TransactedReceiver.Work work)
            throws Exception {
        Exchange exchange = createExchange(false);
        try {
            exchange.getMessage().setBody(messages);
            exchange.setProperty(JournalExchange.SESSION, work.session());
            work.mark();
            Throwable failure = process(exchange);
            OutOfMemory.endIfCauseOf(failure);
            if (failure != null && (!isRunAllowed() || PassingFailure.isCauseOf(failure))) {
                throw asException(failure);
            }
            if (failure != null && work.hasSent()) {
                rolledBack.remember(from, failure);
                throw asException(failure);
            }
            return new Run(
                    failure,
                    exchange.getProperty(JournalExchange.EVENTS, 0, Integer.class),
                    exchange.getProperty(JournalExchange.DEAD_BODY, new byte[0], byte[].class),
                    exchange.getProperty(JournalExchange.DEAD_OWN, true, Boolean.class),
                    exchange.getProperty(JournalExchange.REPETITION, false, Boolean.class),
                    exchange.getProperty(JournalExchange.EVENT_ID, String.class));
        } finally {
            releaseExchange(exchange, false);
        }
    }

    private Throwable process(Exchange exchange) {
        try {
            getProcessor().process(exchange);
            return exchange.getException();
        } catch (Exception | Error e) {
            return e;
        }
    }

    private static Exception asException(Throwable failure) {
        return failure instanceof Exception e ? e : new IllegalStateException(failure);
    }

    private JournalBatch.Entry entry(Received message) {
        boolean own = marks.verify(message);
        return new JournalBatch.Entry(
                UUID.fromString(message.property(GroupCommitJournal.RECEIPT)),
                Instant.ofEpochMilli(message.number(GroupCommitJournal.RECEIVED)),
                SliceFrame.split(message.body()),
                own);
    }

    private void park(
            byte[] body,
            boolean own,
            Throwable failure,
            String eventId,
            JournalBatch.Entry from,
            Session session)
            throws JMSException {
        String reason = reason(failure);
        LOG.warn(
                "Queue {}: event {} cannot be handled and goes to {}: {}",
                queue,
                MaskedId.of(eventId),
                QueueNames.DEAD_IN,
                MaskedId.of(reason));
        BytesMessage dead = session.createBytesMessage();
        dead.writeBytes(body);
        FrameMarks.keepKind(dead, own);
        if (eventId != null) {
            dead.setStringProperty("HubEventId", eventId);
        }
        if (from != null) {
            dead.setStringProperty(GroupCommitJournal.RECEIPT, from.receipt().toString());
            dead.setLongProperty(GroupCommitJournal.RECEIVED, from.received().toEpochMilli());
        }
        send(dead, reason, session);
    }

    private void send(BytesMessage letter, String reason, Session session) throws JMSException {
        letter.setStringProperty("HubReason", reason);
        letter.setLongProperty(QueueNames.PARKED_AT, clock.millis());
        try (var producer = session.createProducer(session.createQueue(QueueNames.DEAD_IN))) {
            producer.send(letter);
        }
    }

    /** The words of database and parser are left out: they may quote the row or the text, and so a customer. */
    private static String reason(Throwable failure) {
        Throwable root = failure;
        for (Throwable t = failure; t != null; t = t.getCause() == t ? null : t.getCause()) {
            if (t instanceof SQLException refused) {
                return "the store refused it: SQL state " + refused.getSQLState();
            }
            if (t instanceof JsonProcessingException unreadable) {
                return JsonFault.of(unreadable);
            }
            root = t;
        }
        // Camel wraps errors, and its own words tell nothing.
        Throwable told = root instanceof Error ? root : failure;
        String reason = told.getClass().getSimpleName() + ": " + told.getMessage();
        return reason.substring(0, Math.min(reason.length(), REASON_LENGTH));
    }

    private record Run(
            Throwable failure,
            int events,
            byte[] deadBody,
            boolean deadOwn,
            boolean repetition,
            String eventId) {}
}
