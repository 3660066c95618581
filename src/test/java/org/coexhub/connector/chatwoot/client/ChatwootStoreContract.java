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
    private ChatwootStore book;

    abstract DataSource freshDatabase();

    @BeforeEach
    void open() {
        book = new ChatwootStore(freshDatabase(), clock);
    }

    @Test
    void aConversationHasOneRoomAndARoomOneConversation() {
        book.link("1:a", new Room(7, 3, 50));
        book.link("1:b", new Room(7, 3, 60));
        assertThat(book.room("1:a")).contains(new Room(7, 3, 50));
        assertThat(book.room("1:b")).isEmpty();

        book.link("1:a", new Room(8, 3, 0));
        assertThat(book.conversationIn(7)).isEmpty();
        assertThat(book.conversationIn(8)).contains("1:a");

        book.unlink("1:a");
        assertThat(book.room("1:a")).isEmpty();
    }

    @Test
    void aMessageThatIsBegunIsLookedForAmongThoseThatAreNewer() {
        var room = new Room(7, 3, 50);
        book.begin("wamid.1", room, Duration.ofSeconds(20));
        assertThat(known("wamid.1").afterId()).isEqualTo(50);
        book.written("wamid.1", 7, 70);

        book.begin("wamid.2", room, Duration.ofSeconds(20));

        assertThat(known("wamid.2").isBegun()).isTrue();
        assertThat(known("wamid.2").afterId()).isEqualTo(70);
        assertThat(known("wamid.2").settlesAt())
                .isEqualTo(TestClock.START.plus(Duration.ofSeconds(20)));
        book.isOver("wamid.2");
        assertThat(known("wamid.2").settlesAt()).isEqualTo(TestClock.START);
        book.isRefused("wamid.2");
        assertThat(known("wamid.2").isBegun()).isFalse();
    }

    @Test
    void aMessageIsKnownByBothIds() {
        book.written("chatwoot:1:70", 7, 70);
        book.written("wamid.1", 7, 70);
        book.status("wamid.1", "failed", "x".repeat(2000));

        assertThat(book.knows(70)).isTrue();
        assertThat(book.knows(71)).isFalse();
        assertThat(book.wamidOf(7, 70)).contains("wamid.1");
        assertThat(book.wamidOf(8, 70)).isEmpty();
        assertThat(book.hasFailed(70)).isTrue();
        assertThat(known("wamid.1").detail()).hasSize(1000);
        book.status("wamid.2", "read", null);
        assertThat(known("wamid.2").isThere()).isFalse();
        assertThat(known("wamid.2").status()).isEqualTo("read");
    }

    @Test
    void aRetryForgivesTheFailureAndCountsIt() {
        book.written("command:1:rejected", 7, 70);
        book.status("command:1:rejected", "failed", "no");
        assertThat(book.failures(70)).isEqualTo(1);

        book.retried(70);

        assertThat(book.hasFailed(70)).isFalse();
        assertThat(book.failures(70)).isEqualTo(1);
    }

    @Test
    void anInboxIsWatchedFromTheFirstLookOn() {
        assertThat(book.watch(3).since()).isEqualTo(TestClock.START);
        clock.advance(Duration.ofHours(1));
        book.readUntil(3, clock.instant());

        assertThat(book.watch(3).since()).isEqualTo(TestClock.START);
        assertThat(book.watch(3).readUntil()).isEqualTo(clock.instant());
    }

    private Known known(String key) {
        return book.message(key).orElseThrow();
    }
}
