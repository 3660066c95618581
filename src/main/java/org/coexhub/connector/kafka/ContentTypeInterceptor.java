package org.coexhub.connector.kafka;

import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;

import java.util.Map;

/**
 * Spells the header {@code content-type} of a record as CloudEvents' binding for Kafka does. Names of HTTP headers that
 * Camel knows get Camel's spelling in its messages, and Kafka tells upper from lower case.
 */
public final class ContentTypeInterceptor implements ProducerInterceptor<Object, Object> {

    private static final String SPELT_BY_CAMEL = "Content-Type";

    @Override
    public ProducerRecord<Object, Object> onSend(ProducerRecord<Object, Object> record) {
        Header header = record.headers().lastHeader(SPELT_BY_CAMEL);
        if (header != null) {
            record.headers().remove(SPELT_BY_CAMEL).add(KafkaRecords.CONTENT_TYPE, header.value());
        }
        return record;
    }

    @Override
    public void onAcknowledgement(RecordMetadata record, Exception failure) {
        // The destination's own concern
    }

    @Override
    public void configure(Map<String, ?> settings) {
        // Nothing to choose
    }

    @Override
    public void close() {
        // Holds nothing
    }
}
