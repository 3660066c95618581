package org.coexhub.connector.salesforce.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.coexhub.connector.salesforce.pubsub.ReplayStore.Hold;
import org.coexhub.testing.HeldRows;
import org.coexhub.testing.TestClock;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.time.Duration;
import java.util.List;

import javax.sql.DataSource;

/** What holds on every database. */
abstract class ReplayStoreContract {

    private static final String CHANNEL = "/event/WhatsApp_Send__e";
    private static final Duration LEASE = Duration.ofSeconds(10);

    private final TestClock clock = new TestClock();
    private final DataSource database = database();
    private final ReplayStore store = new ReplayStore(database, clock);
    private final ReplayStore otherNode = new ReplayStore(database, clock);
    private final Hold mine = new Hold(CHANNEL, "node-1", LEASE);
    private final Hold others = new Hold(CHANNEL, "node-2", LEASE);

    abstract DataSource database();

    @Test
    void aChannelBelongsToOneNodeUntilItsLeaseIsOver() {
        assertThat(store.hold(mine, clock.instant())).isTrue();
        assertThat(otherNode.hold(others, clock.instant())).isFalse();
        pass(LEASE.dividedBy(2));
        assertThat(store.hold(mine, clock.instant())).isTrue();
        clock.advance(Duration.ofDays(1));
        pass(LEASE.minusSeconds(1));
        assertThat(otherNode.hold(others, clock.instant())).isFalse();
        pass(Duration.ofSeconds(2));

        assertThat(otherNode.hold(others, clock.instant())).isTrue();
        assertThat(store.hold(mine, clock.instant())).isFalse();
    }

    private void pass(Duration time) {
        HeldRows.age(JdbcClient.create(database), "salesforce_channel", time);
    }

    @Test
    void aNodeThatLetsGoMakesWayAtOnce() {
        store.hold(mine, clock.instant());

        store.letGo(mine);

        assertThat(otherNode.hold(others, clock.instant())).isTrue();
        store.letGo(mine);
        assertThat(store.hold(mine, clock.instant())).as("not its own to let go").isFalse();
    }

    @Test
    void thePositionIsThatOfTheLastEventDone() {
        store.hold(mine, clock.instant());
        assertThat(store.position(CHANNEL).orElseThrow().replayId()).isNull();

        store.done(mine, List.of("event-1"), "AAE=");
        clock.advance(Duration.ofSeconds(1));
        store.done(mine, List.of("event-2"), "AAI=");

        var position = otherNode.position(CHANNEL).orElseThrow();
        assertThat(position.replayId()).isEqualTo("AAI=");
        assertThat(position.movedAt()).isEqualTo(clock.instant());
        assertThat(position.since()).isEqualTo(TestClock.START);
        assertThat(otherNode.known(CHANNEL, List.of("event-1"))).containsExactly("event-1");
        assertThat(otherNode.known(CHANNEL, List.of("event-3"))).isEmpty();
        assertThat(otherNode.known("/event/Other__e", List.of("event-1"))).isEmpty();
    }

    @Test
    void whoHasLostTheChannelNotesWhatIsDoneButMovesNothing() {
        store.hold(mine, clock.instant());
        store.done(mine, List.of("event-1"), "AAE=");
        pass(LEASE.plusSeconds(1));
        otherNode.hold(others, clock.instant());
        otherNode.done(others, List.of("event-2"), "AAI=");

        assertThatThrownBy(() -> store.done(mine, List.of("event-1b"), "AAEB"))
                .isInstanceOf(ReplayStore.ChannelTakenException.class);
        assertThatThrownBy(() -> store.move(mine, "AAEB"))
                .isInstanceOf(ReplayStore.ChannelTakenException.class);

        assertThat(store.position(CHANNEL).orElseThrow().replayId()).isEqualTo("AAI=");
        assertThat(store.known(CHANNEL, List.of("event-1b"))).containsExactly("event-1b");
    }

    @Test
    void eventsOfAResponseAreDoneTogetherAndTwiceIsDone() {
        store.hold(mine, clock.instant());
        store.done(mine, List.of("event-1", "event-2"), "AAI=");
        store.done(mine, List.of(), "AAM=");

        assertThat(store.known(CHANNEL, List.of("event-1", "event-2", "event-3")))
                .containsExactlyInAnyOrder("event-1", "event-2");

        store.done(mine, List.of("event-1"), "AAE=");

        assertThat(store.known(CHANNEL, List.of("event-1"))).containsExactly("event-1");
    }

    @Test
    void anExpiredPositionStaysAndSaysFromWhenOnEventsMayBeMissing() {
        store.hold(mine, clock.instant());
        store.move(mine, "AAE=");
        clock.advance(Duration.ofDays(4));
        store.hold(mine, clock.instant());

        store.expired(mine);

        var position = store.position(CHANNEL).orElseThrow();
        assertThat(position.replayId()).isEqualTo("AAE=");
        assertThat(position.gapFrom()).isEqualTo(TestClock.START);
        assertThat(position.expiredAt()).isEqualTo(clock.instant());
    }

    @Test
    void eventsAreKnownForLongerThanSalesforceKeepsThem() {
        store.hold(mine, clock.instant());
        store.done(mine, List.of("event-1"), "AAE=");
        clock.advance(Duration.ofHours(72 + 24));
        store.tidy();
        assertThat(store.known(CHANNEL, List.of("event-1"))).containsExactly("event-1");

        clock.advance(ReplayStore.REMEMBERED);
        store.tidy();

        assertThat(store.known(CHANNEL, List.of("event-1"))).isEmpty();
    }
}
