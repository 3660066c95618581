package org.coexhub.platform.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;

import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.coexhub.routes.HubTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

class TransactedReceiverTest extends HubTest {

    private static final String QUEUE = "wa.out.waiting";
    private static final String UNPINNED = "wa.out.unpinned";

    @Autowired private ReceiverFactory receivers;
    @Autowired private Queues queues;
    @Autowired private Broker broker;

    /**
     * As for a moment when a consumer joins: the broker gives the group's next message to another consumer while the one
     * before is being committed. A queue that pins no groups does so always, to its consumers in turn.
     */
    @Test
    void aMessageWaitsWhileAnotherConsumerHasOneOfItsGroupInHand() throws Exception {
        createQueueThatPinsNoGroups();
        List<String> begun = new CopyOnWriteArrayList<>();
        var goOn = new CountDownLatch(1);
        TransactedReceiver receiver =
                receivers.start(
                        UNPINNED,
                        2,
                        1,
                        (messages, work) -> {
                            String name = messages.getFirst().property("name");
                            begun.add(name);
                            if (name.equals("a1")) {
                                goOn.await();
                            }
                        });
        try {
            await().until(() -> queues.consumers(UNPINNED) == 2);
            send("a1");
            await().until(() -> begun.contains("a1"));
            send("b1", "b2", "a2", "a3", "a4", "a5");
            await().until(() -> begun.contains("b1") || begun.contains("b2"));

            await().during(Duration.ofMillis(300))
                    .until(() -> begun.stream().filter(name -> name.startsWith("a")).count() == 1);
            goOn.countDown();
            await().until(() -> begun.size() == 7);
        } finally {
            goOn.countDown();
            receiver.close();
        }
    }

    private void createQueueThatPinsNoGroups() throws Exception {
        try (var locator = broker.newConnectionFactory().getServerLocator();
                var sessions = locator.createSessionFactory();
                var session = sessions.createSession()) {
            session.createAddress(SimpleString.of(UNPINNED), RoutingType.ANYCAST, false);
            session.createQueue(
                    QueueConfiguration.of(UNPINNED)
                            .setRoutingType(RoutingType.ANYCAST)
                            .setGroupBuckets(0));
        }
    }

    /** Each in the group that its name begins with. */
    private void send(String... names) throws JMSException {
        try (var context =
                broker.newConnectionFactory().createContext(JMSContext.SESSION_TRANSACTED)) {
            for (String name : names) {
                context.createProducer()
                        .setProperty("JMSXGroupID", name.substring(0, 1))
                        .setProperty("name", name)
                        .send(context.createQueue(UNPINNED), name.getBytes(StandardCharsets.UTF_8));
            }
            context.commit();
        }
    }

    @Test
    void aHandlerThatWaitsIsWokenWhenItsReceiverClosesAndNotInterrupted() throws Exception {
        queues.ensure(QUEUE);
        var started = new CompletableFuture<TransactedReceiver>();
        var waiting = new CountDownLatch(1);
        var interrupted = new CompletableFuture<Boolean>();
        TransactedReceiver receiver =
                receivers.start(
                        QUEUE,
                        1,
                        1,
                        (messages, work) -> {
                            waiting.countDown();
                            while (!started.join().closing()) {
                                LockSupport.parkNanos(TimeUnit.MINUTES.toNanos(1));
                            }
                            interrupted.complete(Thread.interrupted());
                        });
        started.complete(receiver);
        jms.convertAndSend(QUEUE, "wait".getBytes());
        assertThat(waiting.await(10, TimeUnit.SECONDS)).isTrue();

        receiver.close();

        assertThat(interrupted).isCompletedWithValue(false);
    }

    @Test
    void anErrorIsNotTheEndOfTheConsumer() throws Exception {
        queues.ensure(QUEUE);
        var turns = new AtomicInteger();
        var handled = new CountDownLatch(1);
        TransactedReceiver receiver =
                receivers.start(
                        QUEUE,
                        1,
                        1,
                        (messages, work) -> {
                            if (turns.incrementAndGet() == 1) {
                                throw new NoClassDefFoundError("of a connector");
                            }
                            handled.countDown();
                        });
        try {
            jms.convertAndSend(QUEUE, "again".getBytes());
            assertThat(handled.await(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            receiver.close();
        }
    }
}
