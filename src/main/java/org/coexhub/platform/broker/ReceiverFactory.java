package org.coexhub.platform.broker;

import jakarta.jms.ConnectionFactory;

/** Starts receivers; each has a connection of its own, so a slow queue holds up no other. */
public final class ReceiverFactory {

    private final Broker broker;
    private final ConnectionFactory shared;

    ReceiverFactory(Broker broker, ConnectionFactory shared) {
        this.broker = broker;
        this.shared = shared;
    }

    public TransactedReceiver start(
            String queue, int consumers, int batch, TransactedReceiver.Handler handler) {
        return start(queue, consumers, batch, TransactedReceiver.Pace.STEADY, handler);
    }

    public TransactedReceiver start(
            String queue,
            int consumers,
            int batch,
            TransactedReceiver.Pace pace,
            TransactedReceiver.Handler handler) {
        return start(queue, consumers, TransactedReceiver.Batch.of(batch), pace, handler);
    }

    public TransactedReceiver start(
            String queue,
            int consumers,
            TransactedReceiver.Batch batch,
            TransactedReceiver.Pace pace,
            TransactedReceiver.Handler handler) {
        return new TransactedReceiver(
                broker.newConnectionFactory(), shared, queue, consumers, batch, pace, handler);
    }
}
