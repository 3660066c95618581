package org.coexhub.connector.salesforce.pubsub;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Says that the route stops; whoever waits is told at once. */
final class StopSignal {

    private final CountDownLatch stopping = new CountDownLatch(1);

    boolean goesOn() {
        return stopping.getCount() > 0;
    }

    void stop() {
        stopping.countDown();
    }

    void awaitStop() throws InterruptedException {
        stopping.await();
    }

    /** Until the time is over or the route stops; an interrupt stops it. */
    void await(Duration span) {
        try {
            stopping.await(span.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stop();
        }
    }
}
