package org.coexhub.connector.kafka;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.consumer.KafkaManualCommit;
import org.apache.kafka.common.KafkaException;
import org.coexhub.delivery.failure.DeliveryFailedException;
import org.coexhub.delivery.fanout.CloudEventAttributes;
import org.coexhub.delivery.fanout.EventHeaders;
import org.coexhub.outbound.command.IdempotencyKey;
import org.coexhub.platform.broker.QueueNames;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.Map;

/**
 * Records of Kafka, as the steps of the two route files make and read them.
 *
 * <p><b>Why no command is lost.</b> The offset is committed when every record of the poll up to it has been handed in,
 * each in a JMS transaction of its own. Whatever happens before that, the records come again.
 *
 * <p><b>Why none is sent twice.</b> A command's key is the one its record carries, or else the record's place in Kafka;
 * it is the same whenever the record comes.
 *
 * <p><b>Why they keep their order.</b> Commands of one partition are one message group, which one hub node takes.
 */
public final class KafkaRecords {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaRecords.class);

    private static final String GROUP = "JMSXGroupID";
    static final String CONTENT_TYPE = "content-type";
    private static final String COMMIT = "HubKafkaCommit";

    /** Sets the headers of Kafka's CloudEvents binding and no others; the key is the conversation, for the order. */
    public void event(Exchange exchange) throws IOException {
        Message message = exchange.getMessage();
        String conversation = message.getHeader(EventHeaders.CONVERSATION, String.class);
        Map<String, Object> headers = message.getHeaders();
        headers.clear();
        CloudEventAttributes.read(message.getBody(byte[].class))
                .forEach((name, value) -> headers.put("ce_" + name, value.toString()));
        headers.put(CONTENT_TYPE, CloudEventAttributes.CONTENT_TYPE);
        if (conversation != null) {
            headers.put(KafkaConstants.KEY, conversation);
        }
    }

    /** Says by its verdict what a failed publishing means for the destination. */
    public void judge(Exchange exchange) throws Exception {
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        DeliveryFailedException verdict = KafkaFault.verdictOn(failure);
        throw verdict == null ? failure : verdict;
    }

    /** Makes a record a command for {@code wa.commands.own}; of its headers the idempotency key counts alone. */
    public void command(Exchange exchange) {
        Message message = exchange.getMessage();
        exchange.setProperty(QueueNames.OWN, true);
        boolean last =
                message.getHeader(KafkaConstants.LAST_RECORD_BEFORE_COMMIT, false, Boolean.class);
        if (last) {
            exchange.setProperty(
                    COMMIT,
                    message.getHeader(KafkaConstants.MANUAL_COMMIT, KafkaManualCommit.class));
        }
        String given = message.getHeader(KafkaHeaders.IDEMPOTENCY_KEY, String.class);
        String key =
                given == null || given.isBlank() ? place(message) : IdempotencyKey.forHeader(given);
        String group =
                "kafka:%s:%s"
                        .formatted(
                                message.getHeader(KafkaConstants.TOPIC),
                                message.getHeader(KafkaConstants.PARTITION));
        byte[] body = message.getBody(byte[].class);
        message.removeHeaders("*");
        message.setHeader(GROUP, group);
        message.setHeader(KafkaHeaders.IDEMPOTENCY_KEY, key);
        message.setHeader(QueueNames.NAMESPACE, "kafka");
        message.setBody(body == null ? new byte[0] : body);
    }

    /** With the record's time, for a topic that is made anew counts from 0 again. */
    private static String place(Message message) {
        return "kafka:%s:%s:%s:%s"
                .formatted(
                        message.getHeader(KafkaConstants.TOPIC),
                        message.getHeader(KafkaConstants.PARTITION),
                        message.getHeader(KafkaConstants.OFFSET),
                        message.getHeader(KafkaConstants.TIMESTAMP));
    }

    /** Lets Kafka know that all up to here is durable. A commit that fails costs repetitions, which the keys tell. */
    public void commit(Exchange exchange) {
        KafkaManualCommit commit = exchange.getProperty(COMMIT, KafkaManualCommit.class);
        if (commit == null) {
            return;
        }
        try {
            commit.commit();
        } catch (KafkaException e) {
            LOG.warn(
                    "Kafka does not take the offset of commands; they come again: {}",
                    e.getMessage());
        }
    }
}
