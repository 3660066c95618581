package org.coexhub.delivery.consumer;

import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.coexhub.delivery.catalogue.Destination;
import org.coexhub.delivery.filter.EventFilter;
import org.coexhub.delivery.filter.UnknownNames;
import org.springframework.boot.convert.DurationStyle;

import java.time.Duration;

/** Where a destination's route starts. Camel sets the parameters; what they declare is checked when all are there. */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "destination",
        title = "Destination",
        syntax = "destination:name",
        consumerOnly = true,
        category = Category.MESSAGING)
public final class DestinationEndpoint extends DefaultEndpoint {

    private static final int CONSUMERS = 4;
    private static final int ONE = 1;
    private static final String NO_TIME = "0s";

    private final DestinationComponent component;
    private Destination destination;

    @UriPath(description = "Name of the destination; its queue is wa.out.<name>")
    @Metadata(required = true)
    private final String name;

    @UriParam(
            description =
                    "Types of the events it gets, separated by commas, such as whatsapp.message.*")
    @Metadata(required = true)
    private String events;

    @UriParam(
            description =
                    "Who caused them: customer, app, hub, history, meta; all but history where"
                            + " nothing is said")
    private String origins = "";

    @UriParam(description = "Phone number ids; all where nothing is said")
    private String numbers = "";

    @UriParam(
            description =
                    "Sources of commands of whose messages it is not told that they were sent")
    private String notFrom = "";

    @UriParam(
            defaultValue = "" + CONSUMERS,
            description = "Consumers per hub node; 1 means one over all nodes")
    private int concurrency = CONSUMERS;

    @UriParam(
            defaultValue = "" + ONE,
            description = "Events per delivery; above 1 the body is a JSON array")
    private int batch = ONE;

    @UriParam(
            defaultValue = NO_TIME,
            javaType = "java.time.Duration",
            description = "At most one delivery in this time, over all nodes")
    private String period = NO_TIME;

    @UriParam(
            defaultValue = NO_TIME,
            javaType = "java.time.Duration",
            description = "How long each event rests in the queue first")
    private String delay = NO_TIME;

    DestinationEndpoint(String uri, DestinationComponent component, String name) {
        super(uri, component);
        this.component = component;
        this.name = name;
    }

    /** Takes what was set for this destination's declaration. */
    void declare() {
        if (events == null || events.isBlank()) {
            throw refused(" lacks 'events', for example events: whatsapp.message.*");
        }
        String unknown = UnknownNames.in(events, origins);
        if (!unknown.isEmpty()) {
            throw refused(": " + unknown);
        }
        if (concurrency < 1 || batch < 1) {
            throw refused(": concurrency and batch have to be 1 or more");
        }
        destination =
                new Destination(
                        name,
                        new EventFilter(events, origins, numbers, notFrom),
                        concurrency,
                        batch,
                        span("period", period),
                        span("delay", delay));
    }

    /** As in the hub's settings, and as Camel writes them: {@code 90s}, {@code 1500} for milliseconds. */
    private Duration span(String parameter, String given) {
        try {
            Duration span = DurationStyle.detectAndParse(given);
            if (!span.isNegative()) {
                return span;
            }
        } catch (IllegalArgumentException noTimeSpan) {
            // Told below.
        }
        throw refused(": " + parameter + " has to be a time span such as 15m");
    }

    private IllegalArgumentException refused(String why) {
        return new IllegalArgumentException("destination '" + name + "'" + why);
    }

    @Override
    public Producer createProducer() {
        throw new UnsupportedOperationException(
                "destination: is where a route starts; the router fills it");
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        return component.consumer(this, processor, destination);
    }

    @Override
    public boolean isLenientProperties() {
        return false;
    }

    public void setEvents(String events) {
        this.events = events;
    }

    public void setOrigins(String origins) {
        this.origins = origins;
    }

    public void setNumbers(String numbers) {
        this.numbers = numbers;
    }

    public void setNotFrom(String notFrom) {
        this.notFrom = notFrom;
    }

    public void setConcurrency(int concurrency) {
        this.concurrency = concurrency;
    }

    public void setBatch(int batch) {
        this.batch = batch;
    }

    public void setPeriod(String period) {
        this.period = period;
    }

    public void setDelay(String delay) {
        this.delay = delay;
    }
}
