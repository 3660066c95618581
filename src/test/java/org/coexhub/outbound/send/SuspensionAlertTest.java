package org.coexhub.outbound.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.event.Slice;
import org.coexhub.event.json.Json;
import org.coexhub.outbound.graph.ErrorTable;
import org.coexhub.testing.Beside;
import org.coexhub.testing.TestClock;
import org.coexhub.testing.TestDatabase;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What is told last is how it stands, whenever the number is suspended again. */
class SuspensionAlertTest {

    private static final PhoneNumberId NUMBER = new PhoneNumberId("106");

    private final ErrorTable.Row badToken = ErrorTable.load().find(190);
    private final TestClock clock = new TestClock();
    private final NumberSuspensions suspensions =
            new NumberSuspensions(TestDatabase.postgres(), clock);
    private final List<JsonNode> told = new ArrayList<>();
    private final SuspensionAlert alert =
            new SuspensionAlert(suspensions, this::append, new SimpleMeterRegistry());

    /** Happens when an event is durable. */
    private Runnable afterwards = () -> {};

    @Test
    void aSuspensionAfterOneWhoseEndWasToldBeforeACrashIsToldAsWell() {
        suspend();
        alert.tell(suspensions.all());
        lift();
        afterwards =
                () -> {
                    throw new IllegalStateException("the hub dies");
                };
        assertThatThrownBy(alert::tellEnds).hasMessage("the hub dies");
        afterwards = () -> {};

        suspend();
        sweep();
        lift();
        sweep();

        assertThat(withoutDuplicates())
                .containsExactly(
                        "SENDING_SUSPENDED",
                        "SENDING_RESUMED",
                        "SENDING_SUSPENDED",
                        "SENDING_RESUMED");
    }

    @Test
    void aSuspensionThatBeginsWhileTheEndOfTheLastIsToldIsToldAfterIt() {
        suspend();
        sweep();
        lift();
        var again = new ArrayList<CompletableFuture<?>>();
        afterwards =
                () ->
                        again.add(
                                Beside.call(
                                        () -> {
                                            suspend();
                                            return null;
                                        }));
        alert.tellEnds();
        afterwards = () -> {};
        again.forEach(CompletableFuture::join);
        sweep();

        assertThat(withoutDuplicates())
                .containsExactly("SENDING_SUSPENDED", "SENDING_RESUMED", "SENDING_SUSPENDED");
        assertThat(suspensions.find(NUMBER)).isPresent();
    }

    @Test
    void anEndThatIsOverIsNotToldAfterTheNextSuspension() {
        suspend();
        sweep();
        lift();
        NumberSuspensions.Suspension ended = suspensions.ended().getFirst();
        suspend();

        assertThat(suspensions.isLatest(ended)).isFalse();
        assertThat(suspensions.forget(ended)).isFalse();
        assertThat(suspensions.find(NUMBER))
                .hasValueSatisfying(
                        next -> {
                            assertThat(next.since()).isEqualTo(clock.instant());
                            assertThat(next.told()).isFalse();
                            assertThat(next.probes()).isZero();
                        });
    }

    private void sweep() {
        alert.tell(suspensions.all());
        alert.tellEnds();
    }

    private void suspend() {
        clock.advance(Duration.ofSeconds(1));
        suspensions.suspend(NUMBER, badToken, 190);
    }

    private void lift() {
        clock.advance(Duration.ofSeconds(1));
        suspensions.lift(NUMBER);
    }

    /** As the event log passes them on. */
    private List<String> withoutDuplicates() {
        var ids = new ArrayList<String>();
        return told.stream()
                .filter(event -> !ids.contains(event.path("id").asText()))
                .peek(event -> ids.add(event.path("id").asText()))
                .map(event -> event.path("data").path("event").asText())
                .toList();
    }

    private void append(List<Slice> slices) {
        try {
            for (Slice slice : slices) {
                Json.MAPPER.readTree(slice.body()).path("events").forEach(told::add);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        afterwards.run();
    }
}
