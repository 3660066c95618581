package org.coexhub.outbound.send;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import org.coexhub.event.EventType;
import org.coexhub.event.Slice;
import org.coexhub.inbound.journal.Journal;
import org.coexhub.outbound.send.NumberSuspensions.Suspension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Publishes that a number can send nothing, and that it can again: once per suspension as an event and a line in the
 * log, and as a metric while it lasts. The events' ids come from the suspension, so telling it again after a crash
 * makes a duplicate.
 */
final class SuspensionAlert {

    private static final Logger LOG = LoggerFactory.getLogger(SuspensionAlert.class);

    private final NumberSuspensions suspensions;
    private final Journal journal;
    private final ObjectMapper json = new ObjectMapper();
    private final AtomicInteger suspended = new AtomicInteger();

    SuspensionAlert(NumberSuspensions suspensions, Journal journal, MeterRegistry meters) {
        this.suspensions = suspensions;
        this.journal = journal;
        Gauge.builder("hub.numbers.suspended", suspended, AtomicInteger::get)
                .description("Numbers that Meta lets send nothing; their commands wait")
                .register(meters);
    }

    void tell(List<Suspension> all) {
        suspended.set(all.size());
        for (Suspension suspension : all) {
            if (!suspension.told()) {
                append(began(suspension));
                if (suspensions.markTold(suspension)) {
                    LOG.error(
                            "Number {} cannot send: {} ({}). Its commands wait, and it is probed;"
                                    + " next at {}",
                            suspension.number(),
                            suspension.reason(),
                            suspension.code(),
                            suspension.nextProbe());
                }
            }
        }
    }

    void tellEnds() {
        for (Suspension ended : suspensions.ended()) {
            if (suspensions.isLatest(ended)) {
                tellEnd(ended);
                if (suspensions.forget(ended)) {
                    LOG.info("Number {} sends again", ended.number());
                }
            }
        }
    }

    private void tellEnd(Suspension ended) {
        if (!ended.told()) {
            append(began(ended));
        }
        append(event(ended, ":ended", ended.liftedAt(), "SENDING_RESUMED"));
    }

    private void append(byte[] event) {
        journal.append(List.of(Slice.own(0, event)));
    }

    private byte[] began(Suspension suspension) {
        return event(suspension, "", suspension.since(), "SENDING_SUSPENDED");
    }

    private byte[] event(Suspension suspension, String suffix, Instant at, String what) {
        String number = suspension.number().value();
        ObjectNode body = json.createObjectNode().put("object", "coexistence_hub");
        ObjectNode event = body.putArray("events").addObject();
        event.put("id", "suspension:" + number + ":" + suspension.since().toEpochMilli() + suffix);
        event.put("type", EventType.NUMBER_UPDATED.wireName());
        event.put("origin", "hub");
        event.put("time", at.toString());
        event.put("phonenumberid", number);
        event.putObject("data")
                .put("event", what)
                .put("reason", suspension.reason())
                .put("code", suspension.code());
        try {
            return json.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
