package org.coexhub.platform.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.coexhub.routes.HubTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

class TransactedReceiverTest extends HubTest {

    private static final String QUEUE = "wa.out.waiting";

    @Autowired private ReceiverFactory receivers;

    @Autowired private Queues queues;

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
