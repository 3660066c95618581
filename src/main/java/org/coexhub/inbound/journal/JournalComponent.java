package org.coexhub.inbound.journal;

import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
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
        var endpoint = new JournalEndpoint(uri, this, queue);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    /** Where the router's routes start. */
    @UriEndpoint(
            firstVersion = "0.1.0",
            scheme = "journal",
            title = "Journal",
            syntax = "journal:queue",
            consumerOnly = true,
            category = Category.MESSAGING)
    public final class JournalEndpoint extends DefaultEndpoint {

        private static final int CONSUMERS = 2;
        private static final int BATCH = 100;

        @UriPath(description = "The journal's queue: wa.in or wa.history")
        @Metadata(required = true)
        private final String queue;

        @UriParam(defaultValue = "" + CONSUMERS, description = "Consumers per hub node")
        private int consumers = CONSUMERS;

        @UriParam(
                defaultValue = "" + BATCH,
                description = "Messages of the journal at most in one transaction")
        private int batch = BATCH;

        JournalEndpoint(String uri, JournalComponent component, String queue) {
            super(uri, component);
            this.queue = queue;
        }

        public void setConsumers(int consumers) {
            this.consumers = consumers;
        }

        public void setBatch(int batch) {
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
