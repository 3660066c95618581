package org.coexhub.connector.kafka;

import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.coexhub.delivery.failure.DeliveryFailedException;

import java.time.Duration;

/**
 * A failure of Kafka's client and what it means.
 *
 * <p>Three kinds. <em>Of the record</em>: it is too large, or Kafka finds its content invalid; it alone goes to the dead
 * letters. <em>Of the setup</em>: the login is refused, a right is missing, the topic's name or settings forbid it; every
 * event would meet it, so the destination pauses and its error says what to mend. <em>Passing</em>: all else, what Kafka
 * calls retriable first of all; also a producer that was closed because another record met its end.
 *
 * <p>Source: Kafka's {@code KafkaProducer.send} and its {@code errors} package, client 4.2.
 */
final class KafkaFault {

    private static final Duration SETUP_PAUSE = Duration.ofSeconds(30);

    private KafkaFault() {}

    /** For the destination, which pauses or parks by it; null for what is none of Kafka's failures. */
    static DeliveryFailedException verdictOn(Throwable failure) {
        KafkaException fault = of(failure);
        if (fault == null) {
            return null;
        }
        String reason = "Kafka: " + fault.getClass().getSimpleName();
        if (isOfTheRecord(fault)) {
            return DeliveryFailedException.lasting(reason, null);
        }
        return DeliveryFailedException.passing(
                reason, null, isOfTheSetup(fault) ? SETUP_PAUSE : null);
    }

    /** Whether the producer that met it may be unable to send anything ever again. */
    static boolean endsTheProducer(Throwable failure) {
        KafkaException fault = of(failure);
        return fault != null && !isOfTheRecord(fault) && !(fault instanceof RetriableException);
    }

    /** The one that tells most: of a fatal state its cause says why. */
    private static KafkaException of(Throwable failure) {
        KafkaException found = null;
        for (Throwable t = failure; t != null; t = t.getCause() == t ? null : t.getCause()) {
            if (t instanceof KafkaException fault
                    && (found == null || found.getClass() == KafkaException.class)) {
                found = fault;
            }
        }
        return found;
    }

    private static boolean isOfTheRecord(KafkaException fault) {
        return fault instanceof RecordTooLargeException
                || fault instanceof RecordBatchTooLargeException
                || fault instanceof SerializationException
                || fault instanceof InvalidRecordException;
    }

    private static boolean isOfTheSetup(KafkaException fault) {
        return fault instanceof AuthenticationException
                || fault instanceof AuthorizationException
                || fault instanceof InvalidConfigurationException;
    }
}
