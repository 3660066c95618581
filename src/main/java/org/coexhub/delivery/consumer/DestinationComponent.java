package org.coexhub.delivery.consumer;

import io.micrometer.core.instrument.MeterRegistry;

import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultEndpoint;
import org.coexhub.delivery.catalogue.Destination;
import org.coexhub.delivery.catalogue.DestinationCatalogue;
import org.coexhub.delivery.deadletter.DeadLetters;
import org.coexhub.delivery.failure.Circuit;
import org.coexhub.delivery.filter.EventFilter;
import org.coexhub.delivery.filter.UnknownNames;
import org.coexhub.platform.broker.ReceiverFactory;
import org.coexhub.platform.lease.LeaseStore;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.stereotype.Component;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Camel component {@code
 * destination:<name>?events=whatsapp.message.*&origins=&numbers=&notFrom=&concurrency=4&batch=1&period=0s&delay=0s}.
 *
 * <p>A route that starts with it gets the events it asked for: each once in its own durable queue, in order per
 * conversation, whatever happens to other destinations. The body is the CloudEvent JSON (an array with {@code batch}
 * above 1), and the route runs inside the queue's transaction.
 */
@Component("destination")
class DestinationComponent extends DefaultComponent {

    /** The name becomes part of queue names and metric labels. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    /** Their dead letters would land among those of the router, the command intake and the broker. */
    private static final Set<String> RESERVED = new TreeSet<>(Set.of("in", "commands", "broker"));

    private final ReceiverFactory receivers;
    private final DestinationCatalogue catalogue;
    private final LeaseStore leases;
    private final DeadLetters deadLetters;
    private final InstantSource clock;
    private final MeterRegistry meters;

    DestinationComponent(
            ReceiverFactory receivers,
            DestinationCatalogue catalogue,
            LeaseStore leases,
            DeadLetters deadLetters,
            InstantSource clock,
            MeterRegistry meters) {
        this.receivers = receivers;
        this.catalogue = catalogue;
        this.leases = leases;
        this.deadLetters = deadLetters;
        this.clock = clock;
        this.meters = meters;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String name, Map<String, Object> parameters)
            throws Exception {
        if (!NAME.matcher(name).matches() || RESERVED.contains(name)) {
            throw new IllegalArgumentException(
                    "destination name '"
                            + name
                            + "' is not usable: up to 63 of a-z, 0-9 and '-', and none of "
                            + RESERVED);
        }
        String events = getAndRemoveParameter(parameters, "events", String.class);
        if (events == null || events.isBlank()) {
            throw new IllegalArgumentException(
                    "destination '"
                            + name
                            + "' lacks 'events', for example events: whatsapp.message.*");
        }
        String origins = getAndRemoveParameter(parameters, "origins", String.class, "");
        String unknown = UnknownNames.in(events, origins);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("destination '" + name + "': " + unknown);
        }
        var filter =
                new EventFilter(
                        events,
                        origins,
                        getAndRemoveParameter(parameters, "numbers", String.class, ""),
                        getAndRemoveParameter(parameters, "notFrom", String.class, ""));
        int concurrency = getAndRemoveParameter(parameters, "concurrency", Integer.class, 4);
        int batch = getAndRemoveParameter(parameters, "batch", Integer.class, 1);
        if (concurrency < 1 || batch < 1) {
            throw new IllegalArgumentException(
                    "destination '" + name + "': concurrency and batch have to be 1 or more");
        }
        return new DestinationEndpoint(
                uri,
                new Destination(
                        name,
                        filter,
                        concurrency,
                        batch,
                        span(name, parameters, "period"),
                        span(name, parameters, "delay")));
    }

    /** As in the hub's settings, and as Camel writes them: {@code 90s}, {@code 1500} for milliseconds. */
    private Duration span(String name, Map<String, Object> parameters, String parameter) {
        String given = getAndRemoveParameter(parameters, parameter, String.class, "0s");
        try {
            Duration span = DurationStyle.detectAndParse(given);
            if (!span.isNegative()) {
                return span;
            }
        } catch (IllegalArgumentException noTimeSpan) {
            // Told below.
        }
        throw new IllegalArgumentException(
                "destination '" + name + "': " + parameter + " has to be a time span such as 15m");
    }

    private final class DestinationEndpoint extends DefaultEndpoint {
        private final Destination destination;

        DestinationEndpoint(String uri, Destination destination) {
            super(uri, DestinationComponent.this);
            this.destination = destination;
        }

        @Override
        public Producer createProducer() {
            throw new UnsupportedOperationException(
                    "destination: is where a route starts; the router fills it");
        }

        @Override
        public Consumer createConsumer(Processor processor) {
            var circuit = new Circuit(clock);
            var consumer =
                    new DestinationConsumer(
                            this,
                            processor,
                            destination,
                            circuit,
                            receivers,
                            leases,
                            deadLetters,
                            () -> catalogue.pauseUntilResumed(destination.name()),
                            meters);
            catalogue.declare(destination, circuit, consumer::standsBy);
            return consumer;
        }

        @Override
        public boolean isLenientProperties() {
            return false;
        }
    }
}
