package org.coexhub.delivery.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.coexhub.outbound.command.queue.CommandLetters;
import org.coexhub.platform.broker.QueueNames;
import org.coexhub.routes.HubTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/**
 * On a machine whose clock is behind the hub's, which is the database's. An operation takes the letters that were parked
 * before it, by the hub's clock.
 */
class LettersHaveTheHubsTimeTest extends HubTest {

    @Autowired private DeadLetters letters;
    @Autowired private CommandLetters givenUp;

    private Instant before;

    @BeforeEach
    void behind() {
        clock.advance(Duration.ofMinutes(1));
        before = Instant.ofEpochMilli(clock.millis());
    }

    @AfterEach
    void clear() {
        for (String name : new String[] {DeadLetters.ROUTER, DeadLetters.COMMANDS}) {
            letters.list(name, 100).forEach(letter -> letters.discard(name, letter.id()));
        }
    }

    @Test
    void thoseOfTheRouter() {
        jms.send(QueueNames.IN, session -> session.createTextMessage("foreign " + customer));

        assertThat(parkedAt(DeadLetters.ROUTER)).isBetween(before, clock.instant());
    }

    @Test
    void thoseOfCommandsThatAreRefused() {
        jms.send(QueueNames.COMMANDS, session -> session.createTextMessage("{rubbish"));

        assertThat(parkedAt(DeadLetters.COMMANDS)).isBetween(before, clock.instant());
    }

    @Test
    void thoseOfCommandsThatTheHubHasFailedAt() {
        givenUp.park("{}".getBytes(StandardCharsets.UTF_8), customer, "internal_error");

        assertThat(parkedAt(DeadLetters.COMMANDS)).isBetween(before, clock.instant());
    }

    private Instant parkedAt(String name) {
        return await().until(() -> letters.list(name, 2), list -> list.size() == 1)
                .getFirst()
                .parkedAt();
    }
}
