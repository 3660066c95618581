package org.coexhub.connector.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.camel.Exchange;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.Test;

/** Which commands stay together when several hub nodes take them in. */
class KafkaRecordsTest extends CamelTestSupport {

    private final KafkaRecords records = new KafkaRecords();

    @Test
    void commandsOfOnePartitionAreOneGroup() {
        assertThat(groupOf(record(3, 17)))
                .isEqualTo("kafka:commands:3")
                .isEqualTo(groupOf(record(3, 18)))
                .isNotEqualTo(groupOf(record(4, 17)));
    }

    @Test
    void ofAKeyThatIsTooLongNoMoreIsPassedOnThanShowsIt() {
        Exchange record = record(3, 17);
        record.getMessage().setHeader("idempotencyKey", "k".repeat(60_000));
        records.command(record);

        assertThat(record.getMessage().getHeader("idempotencyKey", String.class)).hasSize(256);
    }

    private Object groupOf(Exchange exchange) {
        records.command(exchange);
        return exchange.getMessage().getHeader("JMSXGroupID");
    }

    private Exchange record(int partition, long offset) {
        var exchange = new DefaultExchange(context);
        exchange.getMessage().setHeader(KafkaConstants.TOPIC, "commands");
        exchange.getMessage().setHeader(KafkaConstants.PARTITION, partition);
        exchange.getMessage().setHeader(KafkaConstants.OFFSET, offset);
        exchange.getMessage().setBody(new byte[0]);
        return exchange;
    }
}
