package org.coexhub.inbound.journal;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;

import org.coexhub.event.Lane;
import org.coexhub.event.Slice;
import org.coexhub.platform.broker.Broker;
import org.coexhub.platform.broker.BrokerUnavailableException;
import org.coexhub.platform.broker.QueueNames;
import org.coexhub.platform.process.OutOfMemory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The journal: many requests, one disk sync.
 *
 * <p><b>Why nothing is lost.</b> A request waits until the JMS transaction holding its slices has been committed, and
 * the broker confirms a commit only after its own journal is synced. Whatever goes wrong before that (broker gone, disk
 * full, time over) ends in {@link BrokerUnavailableException}, which becomes 503, so Meta comes again. A commit whose outcome is
 * unknown is reported as a failure: Meta's repetition is then a duplicate, which the event log recognises.
 *
 * <p><b>Who waits.</b> No thread does, so many requests may. What bounds them is their number and the memory they hold,
 * which is more than their bodies: past either, the next is refused at once.
 *
 * <p><b>Why batches form by themselves.</b> Each writer takes whatever is waiting when it becomes free. While it waits
 * for the disk, the next requests gather; the slower the disk, the larger the batch. Slices whose
 * partitions share a group and that meet in a batch travel in one message, in order of arrival: the router pays per message, not per webhook.
 *
 * <p><b>Order.</b> Two requests that overlap in time have no order to keep. One that starts after another was
 * acknowledged is committed after it, on whichever writer.
 */
final class GroupCommitJournal implements Journal {

    static final String RECEIVED = "HubReceived";
    static final String RECEIPT = "HubReceipt";
    static final String GROUP = "JMSXGroupID";

    private static final Logger LOG = LoggerFactory.getLogger(GroupCommitJournal.class);
    private static final Duration RECONNECT_PAUSE = Duration.ofMillis(200);
    private static final int MOST_REQUESTS_PER_COMMIT = 512;

    /** This many requests in one commit mean that they come faster than they can be stored one by one. */
    private static final int PRESSED_REQUESTS = 16;

    private static final long PRESSED_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /**
     * Partitions share this many message groups, so a commit of many requests is a dozen messages and not one for each
     * partition; a message is what broker and router pay for. It bounds the router's consumers over all nodes.
     */
    private static final int GROUPS = 16;

    /** Beyond this a message would become a file of its own in the broker, which is many times slower. */
    private static final int FRAME_BYTES = 80 * 1024;

    /** What the container keeps for each request that waits: its buffers for reading and writing. */
    private static final long REQUEST_BYTES = 64 * 1024;

    private final ConnectionFactory connections;
    private final Broker broker;
    private final JournalSettings settings;
    private final InstantSource clock;
    private final FrameMarks marks;
    private final DistributionSummary requestsPerCommit;
    private final BlockingQueue<Waiting> waiting;
    private final AtomicLong waitingBytes = new AtomicLong();
    private final ScheduledExecutorService timeouts = timeouts();
    private final List<Thread> writers = new ArrayList<>();
    private volatile boolean open = true;
    private volatile long pressedUntil = System.nanoTime();

    GroupCommitJournal(
            ConnectionFactory connections,
            Broker broker,
            JournalSettings settings,
            InstantSource clock,
            MeterRegistry meters,
            FrameMarks marks) {
        this.marks = marks;
        this.connections = connections;
        this.broker = broker;
        this.settings = settings;
        this.clock = clock;
        this.waiting = new ArrayBlockingQueue<>(settings.maxWaiting());
        this.requestsPerCommit =
                DistributionSummary.builder("hub_journal_requests_per_commit")
                        .description("webhook requests that shared one durable commit")
                        .register(meters);
        Gauge.builder("hub_journal_waiting_bytes", waitingBytes, AtomicLong::get)
                .description("webhooks in memory that wait for their durable commit")
                .register(meters);
        for (int i = 1; i <= settings.writers(); i++) {
            writers.add(Thread.ofPlatform().name("journal-" + i).daemon().start(this::write));
        }
    }

    @Override
    public void append(List<Slice> slices) {
        try {
            // A bound of its own: the timeouts' thread also writes answers, which may take it long.
            appendAsync(slices).get(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw late();
        } catch (ExecutionException e) {
            throw new BrokerUnavailableException(e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerUnavailableException("stopped while waiting to be stored");
        }
    }

    @Override
    public CompletableFuture<Void> appendAsync(List<Slice> slices) {
        var request = new Waiting(slices);
        if (!open || !broker.storesDurably()) {
            throw new BrokerUnavailableException("the broker is down or its disk is full");
        }
        long all = waitingBytes.addAndGet(request.bytes);
        // One alone is taken whatever its size, or it would be refused for ever.
        boolean fits = all <= settings.maxWaitingSize().toBytes() || all == request.bytes;
        if (!fits || !waiting.offer(request)) {
            waitingBytes.addAndGet(-request.bytes);
            throw new BrokerUnavailableException(
                    "more than %d requests or %s wait to be stored"
                            .formatted(settings.maxWaiting(), settings.maxWaitingSize()));
        }
        failLater(request);
        if (!open) {
            // Closed meanwhile, so perhaps nobody is left to take it.
            failWaiting(stopping());
        }
        return request.done;
    }

    @Override
    public boolean isPressed() {
        return pressedUntil - System.nanoTime() > 0;
    }

    /** Whether a writer holds each request that waits. */
    boolean hasTakenAll() {
        return waiting.isEmpty();
    }

    /**
     * Whoever still waits is told at once. Each writer ends by itself; only one that the broker keeps waiting is
     * interrupted, which its client would report.
     */
    void close() throws InterruptedException {
        open = false;
        failWaiting(stopping());
        for (Thread writer : writers) {
            if (!writer.join(settings.timeout())) {
                writer.interrupt();
            }
        }
        timeouts.shutdown();
    }

    private static BrokerUnavailableException stopping() {
        return new BrokerUnavailableException("the hub stops");
    }

    private BrokerUnavailableException late() {
        return new BrokerUnavailableException("not stored within " + settings.timeout());
    }

    private void failLater(Waiting request) {
        Future<?> timeout =
                timeouts.schedule(
                        () -> request.fail(late()),
                        settings.timeout().toMillis(),
                        TimeUnit.MILLISECONDS);
        request.done.whenComplete((stored, failed) -> timeout.cancel(false));
    }

    private void write() {
        while (open) {
            try (Connection connection = connections.createConnection();
                    Session session = connection.createSession(true, Session.SESSION_TRANSACTED)) {
                var live = producer(session, QueueNames.IN);
                var history = producer(session, QueueNames.HISTORY);
                while (open) {
                    commitNext(session, live, history);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (JMSException | RuntimeException | Error e) {
                OutOfMemory.endIfCauseOf(e);
                LOG.warn(
                        "The journal lost its broker connection and opens a new one: {}",
                        e.getMessage());
                failWaiting(e);
                LockSupport.parkNanos(RECONNECT_PAUSE.toNanos());
            }
        }
    }

    private void commitNext(Session session, MessageProducer live, MessageProducer history)
            throws InterruptedException, JMSException {
        Waiting first = waiting.poll(1, TimeUnit.SECONDS);
        if (first == null) {
            return;
        }
        var batch = new ArrayList<Waiting>(List.of(first));
        try {
            waiting.drainTo(batch, MOST_REQUESTS_PER_COMMIT - 1);
            for (Frame frame : frames(batch)) {
                send(session, frame.lane == Lane.LIVE ? live : history, frame);
            }
            session.commit();
            requestsPerCommit.record(batch.size());
            if (batch.size() >= PRESSED_REQUESTS) {
                pressedUntil = System.nanoTime() + PRESSED_NANOS;
            }
        } catch (JMSException | RuntimeException | Error e) {
            OutOfMemory.endIfCauseOf(e);
            end(batch, request -> request.fail(e));
            throw e;
        }
        end(batch, request -> request.done.complete(null));
    }

    /** Gives all their memory back before the first is answered, who may come again at once. */
    private void end(List<Waiting> batch, Consumer<Waiting> answer) {
        batch.forEach(request -> waitingBytes.addAndGet(-request.bytes));
        batch.forEach(answer);
    }

    /** Forgets a timeout with the request it was for: there are as many as requests, and hardly one is ever due. */
    private static ScheduledExecutorService timeouts() {
        var timeouts =
                new ScheduledThreadPoolExecutor(
                        1,
                        Thread.ofPlatform().name("journal-timeouts").daemon().factory(),
                        new ThreadPoolExecutor.DiscardPolicy());
        timeouts.setRemoveOnCancelPolicy(true);
        return timeouts;
    }

    /** One frame per lane, kind and group of partitions, cut where it would grow past {@link #FRAME_BYTES}. */
    private static List<Frame> frames(List<Waiting> batch) {
        Map<Integer, Frame> growing = new LinkedHashMap<>();
        var full = new ArrayList<Frame>();
        for (Waiting request : batch) {
            for (Slice slice : request.slices) {
                int group = slice.partition() % GROUPS;
                int key = (group * 2 + slice.lane().ordinal()) * 2 + (slice.own() ? 1 : 0);
                Frame frame = growing.get(key);
                if (frame != null && frame.bytes + slice.body().length > FRAME_BYTES) {
                    full.add(frame);
                    frame = null;
                }
                if (frame == null) {
                    frame = new Frame(slice.lane(), group, slice.own());
                    growing.put(key, frame);
                }
                frame.add(slice.body());
            }
        }
        full.addAll(growing.values());
        return full;
    }

    private void send(Session session, MessageProducer producer, Frame frame) throws JMSException {
        BytesMessage message = session.createBytesMessage();
        byte[] body = SliceFrame.join(frame.slices);
        message.writeBytes(body);
        message.setStringProperty(GROUP, Integer.toString(frame.group));
        message.setStringProperty(RECEIPT, UUID.randomUUID().toString());
        message.setLongProperty(RECEIVED, clock.millis());
        marks.mark(message, body, frame.own);
        producer.send(message);
    }

    private void failWaiting(Throwable cause) {
        var rest = new ArrayList<Waiting>();
        waiting.drainTo(rest);
        end(rest, request -> request.fail(cause));
    }

    private static MessageProducer producer(Session session, String queue) throws JMSException {
        MessageProducer producer = session.createProducer(session.createQueue(queue));
        producer.setDeliveryMode(DeliveryMode.PERSISTENT);
        producer.setDisableMessageTimestamp(true);
        return producer;
    }

    /** A request until it is on disk, or until it is known that it will not be. */
    private static final class Waiting {
        private final List<Slice> slices;
        private final long bytes;
        private final CompletableFuture<Void> done = new CompletableFuture<>();

        private Waiting(List<Slice> slices) {
            this.slices = slices;
            long sum = REQUEST_BYTES;
            for (Slice slice : slices) {
                sum += slice.body().length;
            }
            this.bytes = sum;
        }

        private void fail(Throwable cause) {
            done.completeExceptionally(
                    cause instanceof BrokerUnavailableException
                            ? cause
                            : new BrokerUnavailableException(
                                    "not stored: " + cause.getMessage(), cause));
        }
    }

    private static final class Frame {
        private final Lane lane;
        private final int group;
        private final boolean own;
        private final List<byte[]> slices = new ArrayList<>();
        private int bytes;

        private Frame(Lane lane, int group, boolean own) {
            this.own = own;
            this.lane = lane;
            this.group = group;
        }

        private void add(byte[] slice) {
            slices.add(slice);
            bytes += slice.length;
        }
    }
}
