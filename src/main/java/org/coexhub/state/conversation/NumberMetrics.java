package org.coexhub.state.conversation;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/**
 * Publishes when each number was last heard of and its App last used, as times, so that an alarm reckons the silence
 * itself.
 */
@Component
class NumberMetrics {

    private static final Logger LOG = LoggerFactory.getLogger(NumberMetrics.class);

    private final NumberStore numbers;
    private final MultiGauge webhook;
    private final MultiGauge echo;

    NumberMetrics(NumberStore numbers, MeterRegistry meters) {
        this.numbers = numbers;
        this.webhook =
                gauge(
                        "hub_number_last_webhook_timestamp_seconds",
                        "receipt of the number's last webhook, Unix time",
                        meters);
        this.echo =
                gauge(
                        "hub_number_last_echo_timestamp_seconds",
                        "time of the last message written in the number's App, Unix time",
                        meters);
    }

    @Scheduled(fixedDelay = 10_000)
    void look() {
        try {
            List<NumberStore.Seen> all = numbers.list();
            show(webhook, all, NumberStore.Seen::lastWebhook);
            show(echo, all, NumberStore.Seen::lastEcho);
        } catch (DataAccessException away) {
            LOG.debug(
                    "Numbers could not be looked up for the metrics: {}",
                    away.getClass().getSimpleName());
        }
    }

    private static void show(
            MultiGauge gauge, List<NumberStore.Seen> all, Function<NumberStore.Seen, Instant> at) {
        gauge.register(
                all.stream()
                        .filter(seen -> at.apply(seen) != null)
                        .map(
                                seen ->
                                        MultiGauge.Row.of(
                                                Tags.of("number", seen.number()),
                                                at.apply(seen).getEpochSecond()))
                        .toList(),
                true);
    }

    private static MultiGauge gauge(String name, String description, MeterRegistry meters) {
        return MultiGauge.builder(name).description(description).register(meters);
    }
}
