package org.coexhub.connector.kafka;

import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;

import java.util.Locale;

/**
 * Filters headers between Kafka and a route: in, nothing but the idempotency key; out, all but what steers components.
 */
final class KafkaHeaders implements HeaderFilterStrategy {

    static final String IDEMPOTENCY_KEY = "idempotencyKey";

    @Override
    public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.startsWith("camel") || lower.startsWith("kafka.");
    }

    @Override
    public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
        return !IDEMPOTENCY_KEY.equals(name);
    }
}
