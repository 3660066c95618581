package org.coexhub.delivery.consumer;

import io.micrometer.core.instrument.MeterRegistry;

import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultComponent;
import org.coexhub.delivery.catalogue.Destination;
import org.coexhub.delivery.catalogue.DestinationCatalogue;
import org.coexhub.delivery.deadletter.DeadLetters;
import org.coexhub.delivery.failure.Circuit;
import org.coexhub.delivery.failure.FailingEvents;
import org.coexhub.platform.broker.ReceiverFactory;
import org.coexhub.platform.lease.LeaseStore;
import org.springframework.stereotype.Component;

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
        var endpoint = new DestinationEndpoint(uri, this, name);
        setProperties(endpoint, parameters);
        endpoint.declare();
        return endpoint;
    }

    Consumer consumer(Endpoint endpoint, Processor processor, Destination destination) {
        var circuit = new Circuit(clock);
        var consumer =
                new DestinationConsumer(
                        endpoint,
                        processor,
                        destination,
                        circuit,
                        new FailingEvents(clock),
                        receivers,
                        leases,
                        deadLetters,
                        () -> catalogue.pauseUntilResumed(destination.name()),
                        meters);
        catalogue.declare(destination, circuit, consumer::standsBy);
        return consumer;
    }
}
