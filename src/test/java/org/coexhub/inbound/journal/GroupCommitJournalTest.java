package org.coexhub.inbound.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import org.coexhub.event.Lane;
import org.coexhub.event.Slice;
import org.coexhub.platform.broker.Broker;
import org.coexhub.platform.broker.BrokerSwitch;
import org.coexhub.platform.broker.BrokerUnavailableException;
import org.coexhub.routes.HubFolder;
import org.coexhub.routes.StartedHub;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

@SuppressWarnings("try")
class GroupCommitJournalTest {

    private static final int WRITERS = 2;
    private static final int MORE_THAN_WRITERS = 10;

    /** The timeout would answer nobody within the test. */
    @Test
    void whoWaitsWhenItClosesIsToldThatNothingIsPromised() throws Exception {
        try (var hub = StartedHub.on(HubFolder.fresh(), "hub.journal.timeout=1h")) {
            var journal = hub.bean(GroupCommitJournal.class);
            var waiting = new ArrayList<CompletableFuture<Void>>();
            Thread closing;
            try (var held = BrokerSwitch.hold(hub.bean(Broker.class))) {
                for (int i = 0; i < MORE_THAN_WRITERS; i++) {
                    waiting.add(journal.appendAsync(slices()));
                    if (i < WRITERS) {
                        await().until(journal::hasTakenAll);
                    }
                }
                closing =
                        Thread.startVirtualThread(
                                () -> {
                                    try {
                                        journal.close();
                                    } catch (InterruptedException e) {
                                        throw new IllegalStateException(e);
                                    }
                                });
                await().until(() -> waiting.getLast().isDone());
                assertThat(waiting.getLast())
                        .failsWithin(Duration.ZERO)
                        .withThrowableThat()
                        .havingCause()
                        .isInstanceOf(BrokerUnavailableException.class)
                        .withMessage("the hub stops");
                assertThat(waiting.getFirst()).isNotDone();
            }
            closing.join();
            assertThat(waiting).allMatch(CompletableFuture::isDone);
            assertThat(waiting.getFirst()).isCompletedWithValue(null);
            assertThatExceptionOfType(BrokerUnavailableException.class)
                    .isThrownBy(() -> journal.append(slices()));
        }
    }

    private static List<Slice> slices() {
        byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
        return List.of(new Slice(0, Lane.LIVE, body));
    }
}
