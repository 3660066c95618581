package org.coexhub.outbound.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.coexhub.outbound.command.CommandState.CANCELLED;
import static org.coexhub.outbound.command.CommandState.EXPIRED;
import static org.coexhub.outbound.command.CommandState.FAILED;
import static org.coexhub.outbound.command.CommandState.HELD;
import static org.coexhub.outbound.command.CommandState.QUEUED;
import static org.coexhub.outbound.command.CommandState.SENDING;
import static org.coexhub.outbound.command.CommandState.SENT;
import static org.coexhub.outbound.command.CommandState.UNRESOLVED;

import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.StoredCommand.Wait;
import org.coexhub.outbound.command.TransitionDetails;
import org.coexhub.outbound.graph.FakeGraph;
import org.coexhub.platform.backup.RestoredMark;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** A hub whose backup was restored sends nothing until a person says so. */
class SendHoldTest {

    @TempDir Path data;

    private final SendBench bench = new SendBench();
    private final FakeGraph meta = bench.meta;

    @BeforeEach
    void restored() throws IOException {
        Instant now = bench.clock.instant();
        new RestoredMark(now, now).write(data);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void aCancelEndsWhatWasToBeSentOnceMoreAsUnknown() {
        meta.then(FakeGraph.reset());
        CommandId id = bench.submit("49151", "please", "{'onUnknown':'resendOnce'}");
        bench.work();
        bench.startOn(data);
        bench.pass(Duration.ofSeconds(61));
        assertThat(bench.command(id).waitsFor()).isEqualTo(Wait.RESTORED);

        int cancelled = bench.hold.cancel(bench.clock.instant());

        assertThat(cancelled).isZero();
        assertThat(bench.state(id)).isEqualTo(FAILED);
        assertThat(bench.command(id).reason()).isEqualTo("outcome_unknown");
    }

    @Test
    void whatWaitedInTheBackupWaitsForAPersonAcrossStarts() {
        CommandId id = bench.submit("49151", "maybe sent long ago");
        bench.startOn(data);
        bench.work();
        bench.startOn(data);
        bench.pass(Duration.ofHours(2));

        assertThat(meta.received()).isEmpty();
        assertThat(bench.state(id)).isEqualTo(QUEUED);
        assertThat(bench.command(id).waitsFor()).isEqualTo(Wait.RESTORED);
        assertThat(bench.hold.waiting().commands()).isEqualTo(1);
        assertThat(bench.hold.oldest(10))
                .singleElement()
                .satisfies(row -> assertThat(row.commandId()).isEqualTo(id.value()));
    }

    @Test
    void releasedCommandsAreSentOnceAndInOrder() throws IOException {
        bench.startOn(data);
        CommandId first = bench.submit("49151", "first");
        CommandId second = bench.submit("49151", "second");
        bench.work();
        assertThat(meta.received()).isEmpty();

        bench.hold.release();
        bench.pass(Duration.ofSeconds(1));

        assertThat(bench.state(first)).isEqualTo(SENT);
        assertThat(bench.state(second)).isEqualTo(SENT);
        assertThat(meta.received()).hasSize(2);
        assertThat(meta.received().getFirst().toString()).contains("first");
        assertThat(RestoredMark.in(data)).isEmpty();
    }

    @Test
    void aCommandWithoutAPointerIsSentAfterTheReleaseAsWell() {
        bench.startOn(data);
        CommandId id = bench.submit("49151", "its pointer came later");
        bench.queue.clear();

        bench.hold.release();
        bench.pass(Duration.ofSeconds(1));

        assertThat(bench.state(id)).isEqualTo(SENT);
    }

    @Test
    void cancelledCommandsAreNeverSentAndNewerOnesAre() {
        bench.startOn(data);
        CommandId old = bench.submit("49151", "sent by the hub that is gone");
        Instant backup = bench.clock.instant();
        bench.pass(Duration.ofSeconds(10));
        CommandId since = bench.submit("49152", "new");
        bench.work();

        assertThat(bench.hold.cancel(backup)).isEqualTo(1);
        bench.hold.release();
        bench.pass(Duration.ofSeconds(1));

        assertThat(bench.state(old)).isEqualTo(CANCELLED);
        assertThat(bench.state(since)).isEqualTo(SENT);
        assertThat(meta.received()).hasSize(1);
    }

    @Test
    void aCommandWhoseTimeCameWhileTheHubWasAwayIsCancelledWithTheOthers() {
        Instant soon = bench.clock.instant().plus(Duration.ofHours(1));
        Instant later = bench.clock.instant().plus(Duration.ofHours(9));
        CommandId came = bench.submit("49151", "due", "{'sendAt':'" + soon + "'}");
        CommandId toCome = bench.submit("49152", "not yet", "{'sendAt':'" + later + "'}");
        bench.clock.advance(Duration.ofHours(2));
        bench.startOn(data);

        assertThat(bench.hold.waiting().commands()).isEqualTo(1);
        assertThat(bench.hold.oldest(10))
                .singleElement()
                .satisfies(row -> assertThat(row.commandId()).isEqualTo(came.value()));
        assertThat(bench.hold.cancel(bench.clock.instant())).isEqualTo(1);
        assertThat(bench.state(came)).isEqualTo(CANCELLED);
        assertThat(bench.state(toCome)).isEqualTo(HELD);
    }

    @Test
    void aCommandEndsWithItsTimeWhileItWaits() {
        bench.startOn(data);
        Instant end = bench.clock.instant().plus(Duration.ofMinutes(5));
        CommandId id = bench.submit("49151", "for today", "{'expiresAt':'" + end + "'}");
        bench.work();
        bench.pass(Duration.ofMinutes(6));

        assertThat(bench.state(id)).isEqualTo(EXPIRED);
        assertThat(meta.received()).isEmpty();
    }

    @Test
    void whatWasBeingSentBecomesUnresolved() {
        CommandId id = bench.submit("49151", "under way at that moment");
        bench.schedule.markQueued(id);
        bench.store.transition(id, QUEUED, SENDING, TransitionDetails.NONE.asAttempt());
        bench.clock.advance(SendBench.CALL_LEASE);
        bench.startOn(data);
        bench.work();

        assertThat(bench.state(id)).isEqualTo(UNRESOLVED);
        assertThat(meta.received()).isEmpty();
    }
}
