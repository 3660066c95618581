package org.coexhub.inbound.journal;

import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultEndpoint;
import org.coexhub.platform.broker.ReceiverFactory;

import java.time.InstantSource;
import java.util.Map;

/**
 * Camel component {@code journal:<queue>?consumers=2&batch=100}: the exchange body is a {@link JournalBatch}, and the
 * route runs inside the JMS transaction of its messages.
 */
public final class JournalComponent extends DefaultComponent {

    private final ReceiverFactory receivers;
    private final Journal journal;
    private final FrameMarks marks;
    private final InstantSource clock;

    JournalComponent(
            ReceiverFactory receivers, Journal journal, FrameMarks marks, InstantSource clock) {
        this.marks = marks;
        this.clock = clock;
        this.receivers = receivers;
        this.journal = journal;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String queue, Map<String, Object> parameters)
            throws Exception {
        int consumers = getAndRemoveParameter(parameters, "consumers", Integer.class, 2);
        int batch = getAndRemoveParameter(parameters, "batch", Integer.class, 100);
        return new JournalEndpoint(uri, this, queue, consumers, batch);
    }

    private final class JournalEndpoint extends DefaultEndpoint {
        private final String queue;
        private final int consumers;
        private final int batch;

        JournalEndpoint(
                String uri, JournalComponent component, String queue, int consumers, int batch) {
            super(uri, component);
            this.queue = queue;
            this.consumers = consumers;
            this.batch = batch;
        }

        @Override
        public Producer createProducer() {
            throw new UnsupportedOperationException(
                    "journal: is read by routes; write to it through the journal bean");
        }

        @Override
        public Consumer createConsumer(Processor processor) {
            var pace = new RouterPace(journal::isPressed, batch);
            return new JournalConsumer(
                    this, processor, receivers, queue, consumers, batch, pace, marks, clock);
        }

        @Override
        protected String createEndpointUri() {
            return "journal:" + queue;
        }
    }
}
