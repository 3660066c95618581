package org.coexhub.delivery.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;

import jakarta.jms.BytesMessage;

import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.coexhub.delivery.catalogue.DestinationCatalogue;
import org.coexhub.delivery.failure.DeliveryFailedException;
import org.coexhub.delivery.failure.PartialDeliveryException;
import org.coexhub.routes.HubTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

import javax.sql.DataSource;

/**
 * What a destination with one consumer takes of other events while it refuses many of one kind. Each event is a conversation of
 * its own; those named {@code odd} are refused as the receiver's own fault, which passes by the table of failures.
 */
class SuspectedEventsTest extends HubTest {

    private static final String NAME = "suspicious";
    private static final AtomicInteger OTHERS = new AtomicInteger();

    @Autowired private DestinationCatalogue catalogue;
    @Autowired private DataSource database;

    private final Set<String> delivered = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> attempts = new ConcurrentHashMap<>();
    private final AtomicInteger calls = new AtomicInteger();
    private volatile boolean isDown;
    private Consumer consumer;

    @AfterEach
    void forget() throws Exception {
        consumer.stop();
        catalogue.withdraw(List.of(NAME));
        jms.setReceiveTimeout(200);
        while (jms.receive("wa.out." + NAME) != null || jms.receive("wa.dlq." + NAME) != null) {}
    }

    /** Tried in the circuit's turn, twenty let one other pass in 53 minutes. */
    @ParameterizedTest
    @ValueSource(ints = {12, 20})
    void othersPassHoweverManyAreRefused(int odd) throws Exception {
        declare("concurrency=1");
        var others = new ArrayList<String>();
        for (int i = 0; i < odd; i++) {
            send("odd" + i);
            others.add(other());
        }
        consumer.start();

        Duration took = within(Duration.ofMinutes(4), () -> delivered.containsAll(others));

        // A minute in place for the first, which is the only one; each of the rest at its first
        // failure.
        assertThat(took).isBetween(Duration.ofMinutes(1), Duration.ofMinutes(4));
        assertThat(attempts.get("odd" + (odd - 1))).isLessThanOrEqualTo(3);
        within(Duration.ofMinutes(1), () -> state().equals("closed"));
    }

    @Test
    void aRunOfRefusedEventsIsProbedByEachInTurn() throws Exception {
        declare("concurrency=1");
        for (int i = 0; i < 5; i++) {
            send("odd" + i);
        }
        String other = other();
        consumer.start();

        // One minute for the first; then pauses of 1, 2, 4 and 5 minutes at most, one try each.
        within(Duration.ofMinutes(20), () -> delivered.contains(other));

        assertThat(attempts.get("odd4")).isLessThanOrEqualTo(2);
    }

    @Test
    void aBatchOfRefusedEventsIsTakenApartAndOthersPass() throws Exception {
        declare("concurrency=1&batch=30");
        for (int i = 0; i < 20; i++) {
            send("odd" + i);
        }
        for (int i = 0; i < 10; i++) {
            other();
        }
        consumer.start();
        within(Duration.ofMinutes(4), () -> delivered.size() == 10);
        await().until(() -> calls.get() >= 5);
        var others = new ArrayList<String>();
        for (int i = 0; i < 30; i++) {
            others.add(other());
        }

        within(Duration.ofMinutes(4), () -> delivered.containsAll(others));
    }

    /** Ten minutes and some; the looks of the test make it more. */
    @Test
    void allThatAreRefusedWhileOthersAreTakenAreParkedSideBySide() throws Exception {
        declare("concurrency=1");
        for (int i = 0; i < 8; i++) {
            send("odd" + i);
            other();
        }
        consumer.start();

        Duration took =
                within(
                        Duration.ofMinutes(20),
                        () -> {
                            other();
                            return letters() == 8;
                        });

        assertThat(took).isGreaterThan(Duration.ofMinutes(10));
    }

    @Test
    void whatWasDeliveredBesideAnEventStaysSoWhereItCannotBeParkedYet() throws Exception {
        declare("concurrency=1");
        send("odd0");
        consumer.start();
        var polls = new AtomicInteger();
        JdbcClient store = JdbcClient.create(database);
        store.sql("CREATE SEQUENCE refused_letters").update();
        store.sql(
                        """
                        CREATE FUNCTION refused_letter() RETURNS trigger LANGUAGE plpgsql AS $$
                        BEGIN
                            PERFORM nextval('refused_letters');
                            RAISE EXCEPTION 'of the test' USING ERRCODE = 'lock_not_available';
                        END $$
                        """)
                .update();
        store.sql(
                        """
                        CREATE TRIGGER refused_letter BEFORE UPDATE ON destination FOR EACH ROW
                        WHEN (NEW.name = 'suspicious'
                              AND NEW.dead_lettered IS DISTINCT FROM OLD.dead_lettered)
                        EXECUTE FUNCTION refused_letter()
                        """)
                .update();
        try {
            within(
                    Duration.ofMinutes(30),
                    () -> {
                        // Seldom, so that the queue is empty in between and the event has its turn.
                        if (polls.incrementAndGet() % 5 == 0) {
                            other();
                        }
                        return store.sql("SELECT is_called FROM refused_letters")
                                .query(Boolean.class)
                                .single();
                    });
        } finally {
            store.sql("DROP TRIGGER refused_letter ON destination").update();
            store.sql("DROP FUNCTION refused_letter").update();
            store.sql("DROP SEQUENCE refused_letters").update();
        }

        within(
                Duration.ofMinutes(5),
                () -> {
                    other();
                    return letters() == 1;
                });
        assertThat(attempts).hasSizeGreaterThan(10);
        attempts.remove("odd0");
        assertThat(attempts.values()).containsOnly(1);
    }

    @Test
    void whileTheDestinationIsDownSuspectedEventsAreNotTriedInTurn() throws Exception {
        declare("concurrency=1");
        for (int i = 0; i < 12; i++) {
            send("odd" + i);
            other();
        }
        consumer.start();
        within(Duration.ofMinutes(4), () -> delivered.size() == 12);

        isDown = true;
        int before = calls.get();
        within(Duration.ofMinutes(31), after(Duration.ofMinutes(30)));
        assertThat(calls.get() - before).isLessThan(30);

        isDown = false;
        String other = other();
        within(Duration.ofMinutes(6), () -> delivered.contains(other));
    }

    /** Makes the queue. */
    private void declare(String options) throws Exception {
        consumer =
                camel.getEndpoint(
                                "destination:%s?events=whatsapp.message.received&numbers=none&%s"
                                        .formatted(NAME, options))
                        .createConsumer(this::take);
    }

    /** The receiver. */
    private void take(Exchange exchange) throws Exception {
        calls.incrementAndGet();
        JsonNode body = json.readTree(exchange.getMessage().getBody(byte[].class));
        var refused = new HashMap<Integer, DeliveryFailedException>();
        var taken = new ArrayList<String>();
        for (JsonNode event : body.isArray() ? body : List.of(body)) {
            String name = event.path("name").asText();
            attempts.merge(name, 1, Integer::sum);
            if (isDown || name.startsWith("odd")) {
                refused.put(
                        refused.size() + taken.size(),
                        DeliveryFailedException.passing("HTTP 500", 500, null));
            } else {
                taken.add(name);
            }
        }
        delivered.addAll(taken);
        if (!refused.isEmpty()) {
            throw body.isArray() ? new PartialDeliveryException(refused) : refused.get(0);
        }
    }

    private String other() {
        String name = "other" + OTHERS.incrementAndGet();
        send(name);
        return name;
    }

    private void send(String name) {
        jms.send(
                "wa.out." + NAME,
                session -> {
                    BytesMessage message = session.createBytesMessage();
                    message.writeBytes(
                            "{\"name\":\"%s\"}".formatted(name).getBytes(StandardCharsets.UTF_8));
                    message.setStringProperty("JMSXGroupID", name);
                    message.setStringProperty("HubEventId", "message:" + name);
                    return message;
                });
    }

    private BooleanSupplier after(Duration time) {
        Instant end = clock.instant().plus(time);
        return () -> clock.instant().isAfter(end);
    }

    /** Lets the clock run until it holds, and no longer than that. */
    private Duration within(Duration most, BooleanSupplier holds) {
        // What waits looks every tenth of a second: a minute in steps of a second would be long.
        Duration step = most.dividedBy(200);
        Instant begin = clock.instant();
        await().atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(50))
                .until(
                        () -> {
                            if (holds.getAsBoolean()) {
                                return true;
                            }
                            clock.advance(step);
                            assertThat(Duration.between(begin, clock.instant()))
                                    .isLessThan(most.plusSeconds(30));
                            return false;
                        });
        return Duration.between(begin, clock.instant());
    }

    private int letters() {
        try {
            return getJson("/api/v1/dead-letters?destination=" + NAME).path("deadLetters").size();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private String state() {
        return catalogue.own(NAME).orElseThrow().circuit().orElseThrow().view().state();
    }
}
