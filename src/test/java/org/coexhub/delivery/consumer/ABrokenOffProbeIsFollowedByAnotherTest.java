package org.coexhub.delivery.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.JMSException;

import org.apache.camel.Consumer;
import org.coexhub.delivery.catalogue.DestinationCatalogue;
import org.coexhub.delivery.failure.Circuit;
import org.coexhub.routes.HubTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

import java.net.ConnectException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A probe can end without a word about the destination; the circuit must not wait for that word for ever. */
class ABrokenOffProbeIsFollowedByAnotherTest extends HubTest {

    private static final String NAME = "probed";

    @Autowired private DestinationCatalogue catalogue;

    private Consumer consumer;

    @AfterEach
    void forget() {
        consumer.stop();
        catalogue.withdraw(List.of(NAME));
    }

    @Test
    void whenTheBrokerGoesDuringTheProbe() throws Exception {
        Deque<Exception> failures =
                new ArrayDeque<>(
                        Collections.nCopies(
                                Circuit.SHORT_RETRIES + 1, new ConnectException("refused")));
        failures.add(new JMSException("the session is closed"));
        var attempts = new AtomicInteger();
        consumer =
                camel.getEndpoint(
                                "destination:"
                                        + NAME
                                        + "?events=whatsapp.message.received&numbers=none&concurrency=1")
                        .createConsumer(
                                exchange -> {
                                    attempts.incrementAndGet();
                                    if (!failures.isEmpty()) {
                                        throw failures.poll();
                                    }
                                });
        consumer.start();

        jms.convertAndSend("wa.out." + NAME, "an event".getBytes());

        await().until(() -> attempts.get() == Circuit.SHORT_RETRIES + 3);
        await().until(() -> state().equals("closed"));
        assertThat(failures).isEmpty();
    }

    private String state() {
        return catalogue.own(NAME).orElseThrow().circuit().orElseThrow().view().state();
    }
}
