package org.coexhub.broker.journal;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;

import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.coexhub.broker.QueueNames;
import org.coexhub.broker.ReceiverFactory;
import org.coexhub.broker.TransactedReceiver;
import org.coexhub.event.MaskedId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * Runs the route for batches of journal messages and isolates what cannot be handled.
 *
 * <p>A batch that fails for a reason of its content is tried again message by message, and a message that fails alone
 * event by event; an event that fails alone goes to {@code wa.dlq.in} with its reason and its neighbours go on. That is
 * safe because the route sends nothing before its store transaction has committed. A failure of the store or the broker
 * ({@link RetryLater}) is nobody's fault: everything rolls back and comes again.
 */
final class JournalConsumer extends DefaultConsumer {

    private static final Logger LOG = LoggerFactory.getLogger(JournalConsumer.class);

    private final ReceiverFactory receivers;
    private final String queue;
    private final int consumers;
    private final int batch;
    private final RouterPace pace;
    private TransactedReceiver receiver;

    JournalConsumer(
            Endpoint endpoint,
            Processor processor,
            ReceiverFactory receivers,
            String queue,
            int consumers,
            int batch,
            RouterPace pace) {
        super(endpoint, processor);
        this.receivers = receivers;
        this.queue = queue;
        this.consumers = consumers;
        this.batch = batch;
        this.pace = pace;
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

    private void handle(List<Message> messages, TransactedReceiver.Work work) throws Exception {
        Session session = work.session();
        var entries = new ArrayList<JournalBatch.Entry>(messages.size());
        for (Message message : messages) {
            read(message, session)
                    .ifPresentOrElse(
                            entries::add,
                            () -> LOG.warn("Queue {}: foreign message parked", queue));
        }
        Run whole = run(new JournalBatch(entries, OptionalInt.empty()), session);
        if (whole.failure == null) {
            return;
        }
        for (var entry : entries) {
            var alone = new JournalBatch(List.of(entry), OptionalInt.empty());
            Run run = run(alone, session);
            if (run.failure != null) {
                isolate(alone, run, session);
            }
        }
    }

    private void isolate(JournalBatch message, Run failed, Session session) throws Exception {
        if (failed.events == 0) {
            for (byte[] slice : message.entries().getFirst().slices()) {
                park(slice, failed.failure, null, message.entries().getFirst().receipt(), session);
            }
        }
        for (int i = 0; i < failed.events; i++) {
            Run run = run(message.only(i), session);
            if (run.failure != null) {
                park(
                        run.deadBody,
                        run.failure,
                        run.eventId,
                        message.entries().getFirst().receipt(),
                        session);
            }
        }
    }

    private Run run(JournalBatch messages, Session session) throws Exception {
        Exchange exchange = createExchange(false);
        try {
            exchange.getMessage().setBody(messages);
            exchange.setProperty(JournalExchange.SESSION, session);
            getProcessor().process(exchange);
            Exception failure = exchange.getException();
            if (failure != null && (!isRunAllowed() || RetryLater.isCauseOf(failure))) {
                throw failure;
            }
            return new Run(
                    failure,
                    exchange.getProperty(JournalExchange.EVENTS, 0, Integer.class),
                    exchange.getProperty(JournalExchange.DEAD_BODY, new byte[0], byte[].class),
                    exchange.getProperty(JournalExchange.EVENT_ID, String.class));
        } finally {
            releaseExchange(exchange, false);
        }
    }

    private Optional<JournalBatch.Entry> read(Message message, Session session)
            throws JMSException {
        byte[] body =
                message instanceof BytesMessage bytes ? bytes.getBody(byte[].class) : new byte[0];
        try {
            String receipt = message.getStringProperty(GroupCommitJournal.RECEIPT);
            return Optional.of(
                    new JournalBatch.Entry(
                            UUID.fromString(receipt),
                            Instant.ofEpochMilli(
                                    message.getLongProperty(GroupCommitJournal.RECEIVED)),
                            SliceFrame.split(body)));
        } catch (IllegalArgumentException | NullPointerException foreign) {
            park(body, foreign, null, null, session);
            return Optional.empty();
        }
    }

    private void park(byte[] body, Exception failure, String eventId, UUID receipt, Session session)
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
        dead.setStringProperty("HubReason", reason);
        if (eventId != null) {
            dead.setStringProperty("HubEventId", eventId);
        }
        if (receipt != null) {
            dead.setStringProperty(GroupCommitJournal.RECEIPT, receipt.toString());
        }
        try (var producer = session.createProducer(session.createQueue(QueueNames.DEAD_IN))) {
            producer.send(dead);
        }
    }

    /** A database's own words are left out: they may quote the row, and so a customer. */
    private static String reason(Exception failure) {
        for (Throwable t = failure; t != null; t = t.getCause() == t ? null : t.getCause()) {
            if (t instanceof SQLException refused) {
                return "the store refused it: SQL state " + refused.getSQLState();
            }
        }
        return failure.getClass().getSimpleName() + ": " + failure.getMessage();
    }

    private record Run(Exception failure, int events, byte[] deadBody, String eventId) {}
}
