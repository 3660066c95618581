package org.coexhub.connector.salesforce.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.salesforce.eventbus.protobuf.ReplayPreset;

import io.grpc.Status;

import org.coexhub.testing.TestClock;
import org.coexhub.testing.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;

import javax.sql.DataSource;

/** The subscriber's guards, one by one, against an org that behaves as badly as each of them is for. */
class EveryEventIsDoneOnceAndInOrderTest {

    private static final Duration WATCHDOG = Duration.ofMinutes(5);
    private static final Duration LEASE = Duration.ofSeconds(2);

    private final TestClock clock = new TestClock();
    private final DataSource database = TestDatabase.postgres();
    private ScriptedOrg org;
    private SubscribingNode node;

    @BeforeEach
    void subscribe() throws Exception {
        org = new ScriptedOrg();
        node = node(SubscriptionSettings.OnExpired.EARLIEST);
        eventually(() -> org.subscribed().size() == 1);
    }

    @AfterEach
    void end() {
        node.close();
        org.close();
    }

    @Test
    void theFirstStartTakesWhatIsNewFromTheEarliestOnAndNeverAsksForTheLatest() throws Exception {
        node.close();
        org.publish("long ago", TestClock.START.minus(Duration.ofHours(2)));
        org.publish("new", now());
        node = node(SubscriptionSettings.OnExpired.EARLIEST);

        eventually(() -> node.done().contains("new"));

        assertThat(node.done()).containsExactly("new");
        assertThat(node.events("too_old")).isEqualTo(1);
        assertThat(org.subscribed())
                .extracting(request -> request.getReplayPreset())
                .containsOnly(ReplayPreset.EARLIEST);
    }

    @Test
    void anEventWhoseRouteFailsIsTriedAgainAndNothingPassesIt() {
        node.failing(true);
        org.publish("first", now());
        org.publish("second", now());
        eventually(() -> node.tried().size() >= 2);
        assertThat(node.tried()).containsOnly("first");

        node.failing(false);

        eventually(() -> node.done().size() == 2);
        assertThat(node.done()).containsExactly("first", "second");
    }

    @Test
    void anEventTheRouteAlwaysFailsAtIsParkedAndTheNextGoesOn() {
        node.bad("first");
        node.parkingFails(1);
        org.publish("first", now());
        org.publish("second", now());

        eventually(() -> node.done().equals(List.of("second")));

        assertThat(node.parked()).containsExactly("first");
        assertThat(node.tried()).containsExactly("first", "first", "first", "second");
        assertThat(node.parking()).hasSize(2);
        assertThat(Duration.ofNanos(node.parking().get(1) - node.parking().get(0)))
                .as("a queue that is away is not asked without pause")
                .isGreaterThan(Duration.ofMillis(200));
        eventually(() -> storedPosition() == 2);
    }

    @Test
    void whatPassesIsNotCountedAgainstAnEvent() {
        node.failing(true);
        org.publish("first", now());
        eventually(() -> node.tried().size() >= 3);

        node.failing(false);

        eventually(() -> node.done().equals(List.of("first")));
        assertThat(node.parked()).isEmpty();
    }

    @Test
    void aSchemaThatCannotBeReadIsTheEventsFault() {
        org.schemaIs("{}");
        org.publish("first", now());

        eventually(() -> node.done().equals(List.of("unreadable")));
    }

    @Test
    void aSchemaThatIsRefusedForGoodStopsNoOtherEvent() {
        org.schemaFails(Status.NOT_FOUND);
        org.publish("first", now());
        eventually(() -> node.done().equals(List.of("unreadable")));

        org.schemaFails(null);
        org.publish("second", now());

        eventually(() -> node.done().equals(List.of("unreadable", "second")));
    }

    @Test
    void anEventIsNotLostWhenTheRouteIsStoppedWhileItFails() throws Exception {
        node.failing(true);
        org.publish("first", now());
        eventually(() -> !node.tried().isEmpty());
        node.close();

        node = node(SubscriptionSettings.OnExpired.EARLIEST);

        eventually(() -> node.done().equals(List.of("first")));
    }

    @Test
    void streamsThatEndOrBreakAreFollowedByOneThatStartsBehindWhatIsDone() {
        org.publish("1", now());
        eventually(() -> node.done().size() == 1);

        org.complete();
        org.publish("2", now());
        eventually(() -> node.done().size() == 2);
        org.cut(Status.UNAVAILABLE, "sfdc.platform.eventbus.grpc.service.unavailable");
        org.publish("3", now());
        eventually(() -> node.done().size() == 3);
        org.endSession();
        org.publish("4", now());
        eventually(() -> node.done().size() == 4);

        assertThat(node.done()).containsExactly("1", "2", "3", "4");
        assertThat(org.subscribed()).hasSizeGreaterThanOrEqualTo(4);
        assertThat(org.subscribed().getLast().getReplayId()).isEqualTo(ScriptedOrg.position(3));
    }

    @Test
    void aStreamThatIsSilentIsOpenedAnew() {
        org.publish("1", now());
        eventually(() -> node.done().size() == 1);
        org.forgetStreams();
        org.publish("2", now());
        clock.advance(WATCHDOG.minusSeconds(10));
        assertThat(org.subscribed()).hasSize(1);

        // Step by step: the time of the last word may be noted a moment after the event is done.
        eventually(
                () -> {
                    clock.advance(Duration.ofSeconds(5));
                    return node.done().size() == 2;
                });
        assertThat(org.subscribed()).hasSizeGreaterThan(1);
    }

    @Test
    void aSignOfLifeKeepsTheStreamAndMovesThePositionOfAQuietChannel() throws Exception {
        for (int i = 1; i <= 3; i++) {
            clock.advance(WATCHDOG.minusSeconds(30));
            int position = 100 + i;
            org.signOfLife(position);
            eventually(() -> storedPosition() == position);
        }
        assertThat(org.subscribed()).hasSize(1);

        org.complete();

        eventually(() -> org.subscribed().size() == 2);
        assertThat(org.subscribed().getLast().getReplayId()).isEqualTo(ScriptedOrg.position(103));
    }

    @Test
    void aPayloadThatCannotBeReadGoesThroughTheRouteWithItsFault() {
        org.publishUnreadable("x");
        org.publish("next", now());

        eventually(() -> node.done().size() == 2);

        assertThat(node.done()).containsExactly("unreadable", "next");
    }

    @Test
    void anEventWhoseSchemaCannotBeHadWaits() {
        org.schemaFails(Status.UNAVAILABLE);
        org.publish("1", now());
        eventually(() -> org.subscribed().size() >= 2);
        assertThat(node.tried()).isEmpty();

        org.schemaFails(null);

        eventually(() -> node.done().equals(List.of("1")));
    }

    @Test
    void whatTheHubsOwnUserCausedIsMarked() {
        org.publish("round", now(), ScriptedOrg.HUB_USER);

        eventually(() -> node.done().equals(List.of("round of the hub")));
    }

    @Test
    void anExpiredPositionIsToldAndWhatIsThereStillComesOnce() {
        Instant lastKnown = now();
        org.publish("1", now());
        eventually(() -> node.done().size() == 1);
        org.forgetPositions(true);
        org.complete();
        org.publish("2", now());

        eventually(() -> node.done().size() == 2);

        assertThat(node.done()).containsExactly("1", "2");
        assertThat(node.events("repeated")).isEqualTo(1);
        assertThat(node.health())
                .containsEntry("eventsMayBeMissingFrom", lastKnown.toString())
                .containsKey("positionExpiredAt");
    }

    @Test
    void anExpiredPositionLeadsToTheLatestOnlyWhereThatIsSet() throws Exception {
        org.publish("1", now());
        eventually(() -> node.done().size() == 1);
        node.close();
        org.publish("2", now());
        org.forgetPositions(true);

        node = node(SubscriptionSettings.OnExpired.LATEST);
        eventually(() -> org.subscribed().getLast().getReplayPreset() == ReplayPreset.LATEST);
        org.publish("3", now());
        eventually(() -> node.done().equals(List.of("3")));
        assertThat(node.health()).containsKey("eventsMayBeMissingFrom");
    }

    @Test
    void anExpiredPositionStopsWhereThatIsSet() throws Exception {
        org.publish("1", now());
        eventually(() -> node.done().size() == 1);
        node.close();
        org.forgetPositions(true);

        node = node(SubscriptionSettings.OnExpired.STOP);

        eventually(() -> "stopped".equals(node.health().get("state")));
        org.publish("2", now());
        assertThat(node.health()).containsKey("eventsMayBeMissingFrom");
        assertThat(org.subscribed().getLast().getReplayPreset()).isEqualTo(ReplayPreset.CUSTOM);
        assertThat(node.done()).isEmpty();
    }

    @Test
    void ofTwoNodesOneListensAndTheOtherTakesOver() throws Exception {
        org.publish("1", now());
        eventually(() -> node.done().size() == 1);
        try (var other = node(SubscriptionSettings.OnExpired.EARLIEST)) {
            eventually(() -> "standby".equals(other.health().get("state")));
            assertThat(org.subscribed()).hasSize(1);

            node.close();
            org.publish("2", now());

            eventually(() -> other.done().equals(List.of("2")));
        }
    }

    private SubscribingNode node(SubscriptionSettings.OnExpired onExpired) throws Exception {
        return new SubscribingNode(
                org, database, clock, new SubscriptionSettings(WATCHDOG, onExpired, LEASE));
    }

    private long storedPosition() {
        String stored =
                new ReplayStore(database, clock)
                        .position(ScriptedOrg.CHANNEL)
                        .orElseThrow()
                        .replayId();
        return stored == null ? 0 : PlatformEvent.replayId(stored).asReadOnlyByteBuffer().getLong();
    }

    private Instant now() {
        return clock.instant();
    }

    private static void eventually(Callable<Boolean> condition) {
        await().pollInterval(Duration.ofMillis(20)).until(condition);
    }
}
