package org.coexhub.connector.chatwoot.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.coexhub.connector.chatwoot.client.ChatwootStore.Known;
import org.coexhub.connector.chatwoot.client.ChatwootStore.Room;
import org.coexhub.testing.TestClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;

import javax.sql.DataSource;

/** What the hub keeps of Chatwoot's side, on every database. */
abstract class ChatwootStoreContract {

    private final TestClock clock = new TestClock();
    private ChatwootStore store;

    abstract DataSource freshDatabase();

    @BeforeEach
    void open() {
        store = new ChatwootStore(freshDatabase(), clock);
    }

    @Test
    void aConversationHasOneRoomAndARoomOneConversation() {
        store.link("1:a", new Room(7, 3, 50));
        store.link("1:b", new Room(7, 3, 60));
        assertThat(store.room("1:a")).contains(new Room(7, 3, 50));
        assertThat(store.room("1:b")).isEmpty();

        store.link("1:a", new Room(8, 3, 0));
        assertThat(store.conversationIn(7)).isEmpty();
        assertThat(store.conversationIn(8)).contains("1:a");

        store.unlink("1:a");
        assertThat(store.room("1:a")).isEmpty();
    }

    @Test
    void aMessageThatIsBegunIsLookedForAmongThoseThatAreNewer() {
        var room = new Room(7, 3, 50);
        store.begin("wamid.1", room, Duration.ofSeconds(20));
        assertThat(known("wamid.1").afterId()).isEqualTo(50);
        store.written("wamid.1", 7, 70);

        store.begin("wamid.2", room, Duration.ofSeconds(20));

        assertThat(known("wamid.2").isBegun()).isTrue();
        assertThat(known("wamid.2").afterId()).isEqualTo(70);
        assertThat(known("wamid.2").settlesAt())
                .isEqualTo(TestClock.START.plus(Duration.ofSeconds(20)));
        store.isOver("wamid.2");
        assertThat(known("wamid.2").settlesAt()).isEqualTo(TestClock.START);
        store.isRefused("wamid.2");
        assertThat(known("wamid.2").isBegun()).isFalse();
    }

    @Test
    void aMessageIsKnownByBothIds() {
        store.written("chatwoot:1:70", 7, 70);
        store.written("wamid.1", 7, 70);
        store.status("wamid.1", "failed", "x".repeat(2000));

        assertThat(store.knows(70)).isTrue();
        assertThat(store.knows(71)).isFalse();
        assertThat(store.wamidOf(7, 70)).contains("wamid.1");
        assertThat(store.wamidOf(8, 70)).isEmpty();
        assertThat(store.hasFailed(70)).isTrue();
        assertThat(known("wamid.1").detail()).hasSize(1000);
        store.status("wamid.2", "read", null);
        assertThat(known("wamid.2").isThere()).isFalse();
        assertThat(known("wamid.2").status()).isEqualTo("read");
    }

    @Test
    void aRetryForgivesTheFailureAndCountsIt() {
        store.written("command:1:rejected", 7, 70);
        store.status("command:1:rejected", "failed", "no");
        assertThat(store.failures(70)).isEqualTo(1);

        store.retried(70);

        assertThat(store.hasFailed(70)).isFalse();
        assertThat(store.failures(70)).isEqualTo(1);
    }

    @Test
    void anInboxIsWatchedFromTheFirstLookOn() {
        assertThat(store.watch(3).since()).isEqualTo(TestClock.START);
        clock.advance(Duration.ofHours(1));
        store.readUntil(3, clock.instant());

        assertThat(store.watch(3).since()).isEqualTo(TestClock.START);
        assertThat(store.watch(3).readUntil()).isEqualTo(clock.instant());
    }

    private Known known(String key) {
        return store.message(key).orElseThrow();
    }
}
