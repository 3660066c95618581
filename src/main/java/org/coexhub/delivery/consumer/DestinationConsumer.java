package org.coexhub.delivery.consumer;

import io.micrometer.core.instrument.MeterRegistry;

import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.coexhub.delivery.catalogue.Destination;
import org.coexhub.delivery.catalogue.LeaseNames;
import org.coexhub.delivery.consumer.RestingConversations.Rest;
import org.coexhub.delivery.deadletter.DeadLetters;
import org.coexhub.delivery.failure.Circuit;
import org.coexhub.delivery.failure.FailingEvents;
import org.coexhub.delivery.failure.Failure;
import org.coexhub.delivery.failure.PartialDeliveryException;
import org.coexhub.delivery.fanout.EventHeaders;
import org.coexhub.platform.broker.QueueNames;
import org.coexhub.platform.broker.Received;
import org.coexhub.platform.broker.ReceiverFactory;
import org.coexhub.platform.broker.RolledBackDeliveries;
import org.coexhub.platform.broker.TransactedReceiver;
import org.coexhub.platform.lease.Lease;
import org.coexhub.platform.lease.LeaseStore;
import org.coexhub.platform.process.OutOfMemory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Delivers one destination's queue through its route, by the failure policy: a passing failure is tried again with the
 * message in hand, shortly at first, then as the {@link Circuit} allows; one of one conversation alone is waited out while
 * {@link RestingConversations the others go on}, and so is one that {@link FailingEvents may be the event's fault}; a lasting one goes to the dead letters in the same transaction and the
 * conversation goes on.
 */
final class DestinationConsumer extends DefaultConsumer {

    private static final Logger LOG = LoggerFactory.getLogger(DestinationConsumer.class);
    private static final Duration SHORT_RETRY = Duration.ofMillis(200);
    private static final Duration REST_TICK = Duration.ofMillis(100);

    /** Where deliveries are rare, each takes what is there, up to its batch, and a little patience for the rest. */
    private static final int RARE_BYTES = 8 * 1024 * 1024;

    private static final Duration RARE_WAIT = Duration.ofMillis(20);

    private final Destination destination;
    private final Suspicion suspicion;
    private final ReceiverFactory receivers;
    private final DeadLetters deadLetters;
    private final Runnable pauseForGood;
    private final MeterRegistry meters;
    private final MinimumInterval interval;
    private final Lease lease;
    private final RolledBackDeliveries<Failure> rolledBack = new RolledBackDeliveries<>();

    /** When the message each consumer is delivering entered the queue; a queue browser does not see those. */
    private final Map<Thread, Long> inHand = new ConcurrentHashMap<>();

    private volatile AutoCloseable receiver;
    private volatile boolean stopping;

    DestinationConsumer(
            Endpoint endpoint,
            Processor processor,
            Destination destination,
            Circuit circuit,
            FailingEvents failing,
            ReceiverFactory receivers,
            LeaseStore leases,
            DeadLetters deadLetters,
            Runnable pauseForGood,
            MeterRegistry meters) {
        super(endpoint, processor);
        this.destination = destination;
        this.suspicion = new Suspicion(circuit, failing);
        this.receivers = receivers;
        this.deadLetters = deadLetters;
        this.pauseForGood = pauseForGood;
        this.meters = meters;
        this.interval = new MinimumInterval(destination.period());
        this.lease = new Lease(leases, LeaseNames.delivery(destination.name()));
        circuit.oldestInHand(() -> inHand.values().stream().min(Long::compare));
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        stopping = false;
        receiver =
                destination.oneNodeAtATime()
                        ? new LeasedReceiver(
                                destination.name(), lease, interval::after, this::startReceivers)
                        : startReceivers();
    }

    private DestinationReceivers startReceivers() {
        return new DestinationReceivers(
                List.of(
                        startReceiver(
                                QueueNames.out(destination.name()), destination.concurrency()),
                        // Also where this node's file does not ask for history: another's may.
                        startReceiver(QueueNames.history(destination.name()), 1)));
    }

    private TransactedReceiver startReceiver(String queue, int consumers) {
        return receivers.start(
                queue,
                consumers,
                interval.any()
                        ? new TransactedReceiver.Batch(destination.batch(), RARE_BYTES, RARE_WAIT)
                        : TransactedReceiver.Batch.of(destination.batch()),
                // What comes meanwhile gathers in the queue.
                (messages, took) -> interval.remaining(),
                this::receive);
    }

    /** Whether another node delivers in place of this one, or is about to. */
    boolean standsBy() {
        return destination.oneNodeAtATime() && !lease.isHeld();
    }

    private boolean mayNotDeliver() {
        return stopping || standsBy();
    }

    @Override
    protected void doStop() throws Exception {
        stopping = true;
        if (receiver != null) {
            receiver.close();
        }
        super.doStop();
    }

    private void receive(List<Received> messages, TransactedReceiver.Work work) throws Exception {
        inHand.put(Thread.currentThread(), messages.getFirst().sent());
        try {
            var beside =
                    new RestingConversations(
                            work,
                            this::mayNotDeliver,
                            (message, others) -> restAndDeliver(List.of(message), work, others));
            Rest rest = restAndDeliver(messages, work, beside);
            if (rest != null) {
                beside.setAside(messages.getFirst(), rest);
            }
            beside.deliverBeside();
        } finally {
            inHand.remove(Thread.currentThread());
        }
    }

    private Rest restAndDeliver(
            List<Received> messages, TransactedReceiver.Work work, RestingConversations beside)
            throws Exception {
        rest(messages);
        return deliver(messages, work, beside);
    }

    /**
     * In hand, so that nothing that comes later passes. The broker's own delayed delivery would put what becomes due
     * before what has been due for a while and could not be delivered yet.
     */
    private void rest(List<Received> messages) {
        long due = 0;
        for (Received message : messages) {
            if (message.property(EventHeaders.REPLAY) == null) {
                due = Math.max(due, message.sent() + destination.delay().toMillis());
            }
        }
        // By the machine's clock, by which the message was sent.
        rest(Duration.ofMillis(Math.max(0, due - System.currentTimeMillis())));
    }

    private void rest(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            if (mayNotDeliver()) {
                throw stopping();
            }
            LockSupport.parkNanos(Math.min(left, REST_TICK.toNanos()));
        }
    }

    private IllegalStateException stopping() {
        return new IllegalStateException(
                "destination " + destination.name() + " delivers no more on this node");
    }

    /**
     * @return null when it is done with them, or has set them aside; how long the conversation of a single one is to rest
     */
    private Rest deliver(
            List<Received> given, TransactedReceiver.Work work, RestingConversations beside)
            throws Exception {
        List<Received> messages = given;
        if (messages.size() > 1 && rolledBack.knowsAnyOf(messages)) {
            deliverEach(messages, work, beside);
            return null;
        }
        Rest notDue = messages.size() == 1 ? suspicion.notDue(messages.getFirst()) : null;
        if (notDue != null) {
            return notDue;
        }
        for (int attempt = 1; ; attempt++) {
            Suspicion.Leave leave = suspicion.leaveFor(messages, attempt, this::mayNotDeliver);
            if (leave == null) {
                throw stopping();
            }
            Failure known =
                    messages.size() == 1 ? rolledBack.verdictFor(messages.getFirst()) : null;
            work.mark();
            if (known != null) {
                leave.released();
                park(messages, work, beside, known, attempt);
                return null;
            }
            if (!interval.awaitTurn(this::mayNotDeliver)) {
                leave.released();
                throw stopping();
            }
            Exception failure;
            try {
                failure = attempt(messages);
            } catch (RuntimeException | Error e) {
                // Not the other side's doing: another consumer has to probe.
                leave.released();
                throw e;
            }
            if (failure == null) {
                leave.succeeded();
                suspicion.taken(messages);
                count("delivered", messages.size());
                return null;
            }
            if (mayNotDeliver()) {
                leave.released();
                throw failure;
            }
            Failure verdict = Failure.of(failure);
            PartialDeliveryException partial = partial(failure);
            if (partial != null && !work.hasSent()) {
                try {
                    messages = settle(messages, partial, work, attempt);
                } catch (Exception | Error e) {
                    // Or the circuit would wait for this probe for ever.
                    leave.released();
                    throw e;
                }
                // The dead letters just parked are the hub's own and stay in the transaction.
                work.mark();
                if (messages.isEmpty()) {
                    leave.succeeded();
                    return null;
                }
            } else if (!verdict.worthAnotherTry()) {
                leave.succeeded();
                park(messages, work, beside, verdict, attempt);
                return null;
            }
            count("failed", 1);
            // A route that sends before it fails would take back what is delivered beside it.
            boolean mayRest = messages.size() > 1 || !work.hasSent();
            FailingEvents.Standing standing = suspicion.failed(messages, failure, verdict, mayRest);
            if (standing != null && standing.atFault() && messages.size() == 1) {
                leave.released();
                try {
                    Failure last = verdict.whileOthersWereTaken();
                    park(messages, work, beside, last, standing.attempts());
                    return null;
                } catch (DataAccessException | TransactionException away) {
                    // What was delivered beside it would come again: it goes on resting.
                    LOG.warn(
                            "Destination {}: an event is not parked yet, the store failed: {}",
                            destination.name(),
                            away.getClass().getSimpleName());
                }
                if (given.size() == 1) {
                    return Suspicion.resting(standing);
                }
                beside.setAside(messages.getFirst(), Suspicion.resting(standing));
                return null;
            }
            suspicion.tell(leave, verdict, standing);
            if (!verdict.ofOneConversation()) {
                LOG.warn(
                        "Destination {}: delivery failed and is tried again: {}",
                        destination.name(),
                        verdict.reason());
            }
            if (verdict.untilResumed()) {
                pause(verdict);
            }
            if (work.hasSent()) {
                // The route already sent to a queue in this transaction; another attempt in it
                // would send twice.
                if (messages.size() > 1 && standing != null && standing.suspected()) {
                    rolledBack.remember(messages, verdict);
                }
                throw failure;
            }
            boolean partTaken = messages.size() < given.size();
            if (Suspicion.setsAside(standing, messages.size(), partTaken)) {
                if (messages.size() > 1) {
                    halve(messages, work, beside, standing);
                    return null;
                }
                if (given.size() == 1) {
                    return Suspicion.resting(standing);
                }
                beside.setAside(messages.getFirst(), Suspicion.resting(standing));
                return null;
            }
            if (!verdict.ofOneConversation()) {
                LockSupport.parkNanos(SHORT_RETRY.toNanos());
            } else if (destination.batch() == 1) {
                return Rest.asked(verdict.retryAfter());
            } else {
                rest(verdict.retryAfter());
            }
        }
    }

    /** Where the order cannot be stored, the next attempt meets the same answer and gives it again. */
    private void pause(Failure verdict) {
        try {
            pauseForGood.run();
            LOG.error(
                    "Destination {} is paused until somebody resumes it: {}",
                    destination.name(),
                    verdict.reason());
        } catch (DataAccessException | TransactionException away) {
            LOG.warn(
                    "Destination {} could not be paused, the store failed: {}",
                    destination.name(),
                    away.getClass().getSimpleName());
        }
    }

    /**
     * Acts on what became of each event of a batch.
     *
     * @return those to be tried again
     */
    private List<Received> settle(
            List<Received> messages,
            PartialDeliveryException partial,
            TransactedReceiver.Work work,
            int attempt)
            throws Exception {
        var again = new ArrayList<Received>();
        int delivered = 0;
        for (int place = 0; place < messages.size(); place++) {
            Failure verdict = partial.of(place);
            if (verdict == null) {
                delivered++;
            } else if (verdict.worthAnotherTry()) {
                again.add(messages.get(place));
            } else {
                deadLetters.park(
                        destination.name(), messages.get(place), work.session(), verdict, attempt);
                count("dead_lettered", 1);
            }
        }
        if (delivered > 0) {
            suspicion.partTaken();
            count("delivered", delivered);
        }
        return again;
    }

    private static PartialDeliveryException partial(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause() == t ? null : t.getCause()) {
            if (t instanceof PartialDeliveryException partial) {
                return partial;
            }
        }
        return null;
    }

    private void deliverEach(
            List<Received> messages, TransactedReceiver.Work work, RestingConversations beside)
            throws Exception {
        for (Received message : messages) {
            deliverOrSetAside(List.of(message), work, beside);
        }
    }

    private void deliverOrSetAside(
            List<Received> given, TransactedReceiver.Work work, RestingConversations beside)
            throws Exception {
        List<Received> messages = beside.withoutResting(given);
        if (messages.isEmpty()) {
            return;
        }
        Rest rest = deliver(messages, work, beside);
        if (rest != null) {
            beside.setAside(messages.getFirst(), rest);
        }
    }

    /**
     * Where one of two hundred is to blame, sixteen deliveries find it.
     *
     * @param suspected what the whole is suspected for, or null
     */
    private void halve(
            List<Received> messages,
            TransactedReceiver.Work work,
            RestingConversations beside,
            FailingEvents.Standing suspected)
            throws Exception {
        int middle = messages.size() / 2;
        for (List<Received> half :
                List.of(messages.subList(0, middle), messages.subList(middle, messages.size()))) {
            if (suspected == null) {
                deliverOrSetAside(half, work, beside);
            } else if (suspicion.endsHalving(suspected)) {
                for (Received message : beside.withoutResting(half)) {
                    for (Received first : beside.withoutResting(List.of(message))) {
                        beside.setAside(first, suspicion.restingWith(first, suspected));
                    }
                }
            } else {
                suspicion.inherit(half, suspected);
                deliverOrSetAside(half, work, beside);
            }
        }
    }

    private void park(
            List<Received> messages,
            TransactedReceiver.Work work,
            RestingConversations beside,
            Failure verdict,
            int attempt)
            throws Exception {
        if (work.hasSent()) {
            // What the route sent before it failed must not leave with the dead letter: roll back,
            // and act on the verdict when they come again; a batch then message by message.
            rolledBack.remember(messages, verdict);
            throw new IllegalStateException(verdict.reason());
        }
        if (messages.size() > 1) {
            halve(messages, work, beside, null);
            return;
        }
        deadLetters.park(destination.name(), messages.getFirst(), work.session(), verdict, attempt);
        suspicion.parked(messages.getFirst());
        count("dead_lettered", 1);
    }

    /** @return what went wrong, or null; an error is held against the event, or it would come again for ever */
    private Exception attempt(List<Received> messages) {
        Exchange exchange = createExchange(false);
        try {
            DeliveredEvents.fill(exchange, messages, destination.batch() > 1);
            getProcessor().process(exchange);
            OutOfMemory.endIfCauseOf(exchange.getException());
            return exchange.getException();
        } catch (Exception e) {
            return e;
        } catch (Error e) {
            OutOfMemory.endIfCauseOf(e);
            return new IllegalStateException(e);
        } finally {
            releaseExchange(exchange, false);
        }
    }

    private void count(String outcome, int n) {
        meters.counter("hub_deliveries", "destination", destination.name(), "outcome", outcome)
                .increment(n);
    }
}
