package org.coexhub.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.camel.Exchange;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

/** Which commands stay together when several hub nodes take them in. */
class KafkaRecordsTest {

    private final KafkaRecords records = new KafkaRecords();

    @Test
    void commandsOfOnePartitionAreOneGroup() throws Exception {
        try (var camel = new DefaultCamelContext()) {
            assertThat(groupOf(record(camel, 3, 17)))
                    .isEqualTo("kafka:commands:3")
                    .isEqualTo(groupOf(record(camel, 3, 18)))
                    .isNotEqualTo(groupOf(record(camel, 4, 17)));
        }
    }

    @Test
    void ofAKeyThatIsTooLongNoMoreIsPassedOnThanShowsIt() throws Exception {
        try (var camel = new DefaultCamelContext()) {
            Exchange record = record(camel, 3, 17);
            record.getMessage().setHeader("idempotencyKey", "k".repeat(60_000));
            records.command(record);

            assertThat(record.getMessage().getHeader("idempotencyKey", String.class)).hasSize(256);
        }
    }

    private Object groupOf(Exchange exchange) {
        records.command(exchange);
        return exchange.getMessage().getHeader("JMSXGroupID");
    }

    private static Exchange record(DefaultCamelContext camel, int partition, long offset) {
        var exchange = new DefaultExchange(camel);
        exchange.getMessage().setHeader(KafkaConstants.TOPIC, "commands");
        exchange.getMessage().setHeader(KafkaConstants.PARTITION, partition);
        exchange.getMessage().setHeader(KafkaConstants.OFFSET, offset);
        exchange.getMessage().setBody(new byte[0]);
        return exchange;
    }
}
