package org.coexhub.delivery.catalogue;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;

import org.coexhub.platform.broker.BrokerUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Publishes backlog, age, dead letters and circuit of each destination as metrics, looked up every few seconds and not
 * at every scrape.
 */
@Component
class DestinationMetrics {

    private static final Logger LOG = LoggerFactory.getLogger(DestinationMetrics.class);

    private final DestinationStatus destinations;
    private final MultiGauge queued;
    private final MultiGauge oldest;
    private final MultiGauge deadLetters;
    private final MultiGauge open;

    DestinationMetrics(DestinationStatus destinations, MeterRegistry meters) {
        this.destinations = destinations;
        this.queued = gauge("hub_destination_queued", "events waiting for the destination", meters);
        this.oldest =
                gauge("hub_destination_oldest_seconds", "age of the first waiting event", meters);
        this.deadLetters =
                gauge("hub_destination_dead_letters", "events parked as refused for good", meters);
        this.open = gauge("hub_destination_circuit_open", "1 while deliveries are paused", meters);
    }

    @Scheduled(fixedDelay = 5000)
    void look() {
        try {
            List<DestinationStatus.Standing> all = destinations.list();
            show(queued, all, DestinationStatus.Standing::queued);
            show(oldest, all, d -> d.oldestSeconds() == null ? 0 : d.oldestSeconds());
            show(deadLetters, all, DestinationStatus.Standing::deadLetters);
            show(open, all, d -> "closed".equals(d.circuit()) ? 0 : 1);
        } catch (BrokerUnavailableException
                | DataAccessException
                | org.springframework.jms.JmsException away) {
            LOG.debug("Destinations could not be looked up for the metrics: {}", away.getMessage());
        }
    }

    private static void show(
            MultiGauge gauge,
            List<DestinationStatus.Standing> all,
            ToDoubleFunction<DestinationStatus.Standing> value) {
        gauge.register(
                all.stream()
                        .map(
                                d ->
                                        MultiGauge.Row.of(
                                                Tags.of("destination", d.name()),
                                                () -> value.applyAsDouble(d)))
                        .toList(),
                true);
    }

    private static MultiGauge gauge(String name, String description, MeterRegistry meters) {
        return MultiGauge.builder(name).description(description).register(meters);
    }
}
