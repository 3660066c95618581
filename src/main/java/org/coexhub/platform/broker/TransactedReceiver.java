package org.coexhub.platform.broker;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;

import org.coexhub.platform.process.OutOfMemory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jms.connection.JmsResourceHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Consumes a queue in batches, each in one JMS transaction.
 *
 * <p>A fixed number of threads, each with its own session and consumer for as long as the connection lives, because the
 * broker pins a message group to a consumer: a consumer that comes and goes would move groups about and break order.
 * What the handler sends through {@code jms:} or on the given session belongs to the same transaction as the receipt.
 * A handler that returns commits; one that throws rolls back, and the messages return to the head of the queue in
 * order, at once, for the same consumer. An {@link Error} is no different: a thread that ended would leave its groups
 * with nobody; only where memory is exhausted the process ends.
 */
public final class TransactedReceiver implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TransactedReceiver.class);

    private static final long FIRST_WAIT_MILLIS = 500;

    private static final Duration NAP = Duration.ofMillis(20);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final ConnectionFactory connections;
    private final ConnectionFactory shared;
    private final String queue;
    private final Batch batch;
    private final Pace pace;
    private final Handler handler;
    private final GroupTurns turns = new GroupTurns();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean open = true;

    /** What is done with a batch inside its transaction. */
    @FunctionalInterface
    public interface Handler {
        /** @throws Exception the batch is rolled back and delivered again after a pause */
        void handle(List<Received> messages, Work work) throws Exception;
    }

    /**
     * When a batch is full.
     *
     * @param messages at most so many
     * @param bytes full at this many, however few messages that is, so that a transaction stays short
     * @param patience how long a started batch waits for one more message
     */
    public record Batch(int messages, int bytes, Duration patience) {

        private static final int USUAL_BYTES = 512 * 1024;
        private static final Duration USUAL_WAIT = Duration.ofMillis(1);

        /** What waits there already, so many at most. */
        public static Batch of(int messages) {
            return new Batch(messages, USUAL_BYTES, USUAL_WAIT);
        }
    }

    /** How long a consumer rests between two batches; asked again while it rests. */
    @FunctionalInterface
    public interface Pace {

        Pace STEADY = (messages, took) -> Duration.ZERO;

        /**
         * @param messages how many the committed batch had
         * @param took from the first message in hand to the commit
         */
        Duration restAfter(int messages, Duration took);
    }

    /** The transaction a batch is handled in. */
    public interface Work {
        Session session();

        /** From here on {@link #hasSent} counts. */
        void mark();

        /** Whether something was sent since the mark, so that a repetition in this transaction would send it twice. */
        boolean hasSent();

        /** Whether something was sent since the transaction began. */
        boolean hasSentInTransaction();

        /**
         * Takes one message more into this transaction.
         *
         * @return null where none comes in time
         */
        Received next(Duration patience) throws JMSException;
    }

    TransactedReceiver(
            ConnectionFactory connections,
            ConnectionFactory shared,
            String queue,
            int consumers,
            Batch batch,
            Pace pace,
            Handler handler) {
        this.connections = connections;
        this.shared = shared;
        this.queue = queue;
        this.batch = batch;
        this.pace = pace;
        this.handler = handler;
        for (int i = 1; i <= consumers; i++) {
            threads.add(Thread.ofPlatform().name(queue + "-" + i).start(this::run));
        }
    }

    /** True once {@link #close} was called; a handler that waits for something has to give up then. */
    public boolean closing() {
        return !open;
    }

    /** True when, after {@link #close}, the last batch in hand is committed or rolled back. */
    public boolean ended() {
        return threads.stream().noneMatch(Thread::isAlive);
    }

    @Override
    public void close() {
        open = false;
        // Woken, not interrupted: an interrupt that meets the embedded database in its file would
        // close that file under everybody.
        threads.forEach(LockSupport::unpark);
        for (Thread thread : threads) {
            try {
                thread.join(Duration.ofSeconds(10));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void run() {
        Duration pause = FIRST_PAUSE;
        while (open) {
            try (Connection connection = connections.createConnection();
                    Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
                    MessageConsumer consumer = session.createConsumer(session.createQueue(queue))) {
                connection.start();
                var noticed = new NoticedSession(session, consumer, turns.turn());
                bind(connection, noticed.session());
                pause = FIRST_PAUSE;
                try {
                    consume(noticed, consumer);
                } finally {
                    noticed.ended();
                }
            } catch (JMSException | RuntimeException | Error e) {
                OutOfMemory.endIfCauseOf(e);
                if (open) {
                    LOG.warn(
                            "Queue {}: lost the broker, trying again in {}: {}",
                            queue,
                            pause,
                            e.getMessage());
                    LockSupport.parkNanos(pause.toNanos());
                    pause = longer(pause);
                }
            } finally {
                unbind();
            }
        }
    }

    private void consume(NoticedSession work, MessageConsumer consumer) throws JMSException {
        Session session = work.session();
        Duration pause = FIRST_PAUSE;
        while (open) {
            List<Received> messages = receive(consumer);
            if (messages.isEmpty()) {
                continue;
            }
            long begin = System.nanoTime();
            try {
                if (!work.begin(messages, () -> open)) {
                    session.rollback();
                    return;
                }
                handler.handle(messages, work);
                session.commit();
                work.ended();
                pause = FIRST_PAUSE;
                rest(messages.size(), Duration.ofNanos(System.nanoTime() - begin));
            } catch (Exception | Error e) {
                OutOfMemory.endIfCauseOf(e);
                session.rollback();
                work.ended();
                if (open) {
                    LOG.warn(
                            "Queue {}: {} messages rolled back, again in {}: {}",
                            queue,
                            messages.size(),
                            pause,
                            cause(e));
                    LockSupport.parkNanos(pause.toNanos());
                    pause = longer(pause);
                }
            }
        }
    }

    /** In naps, so that a reason to rest that is over ends the rest. */
    private void rest(int messages, Duration took) {
        long begin = System.nanoTime();
        Duration left = pace.restAfter(messages, took);
        while (open && left.isPositive()) {
            LockSupport.parkNanos(Math.min(left.toNanos(), NAP.toNanos()));
            Duration rested = Duration.ofNanos(System.nanoTime() - begin);
            left = pace.restAfter(messages, took).minus(rested);
        }
    }

    private List<Received> receive(MessageConsumer consumer) throws JMSException {
        var messages = new ArrayList<Received>();
        Message message = consumer.receive(FIRST_WAIT_MILLIS);
        long bytes = 0;
        while (message != null) {
            Received whole = Received.of(message);
            messages.add(whole);
            bytes += whole.body().length;
            if (messages.size() >= batch.messages || bytes >= batch.bytes || !open) {
                return messages;
            }
            message = consumer.receive(Math.max(1, batch.patience.toMillis()));
        }
        return messages;
    }

    /** Spring's JMS support looks a session up by factory; so {@code jms:} steps of the route join this one. */
    private void bind(Connection connection, Session session) {
        TransactionSynchronizationManager.bindResource(
                shared, new JmsResourceHolder(shared, connection, session));
    }

    private void unbind() {
        TransactionSynchronizationManager.unbindResourceIfPossible(shared);
    }

    private static Duration longer(Duration pause) {
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    }

    private static String cause(Throwable e) {
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }
}
