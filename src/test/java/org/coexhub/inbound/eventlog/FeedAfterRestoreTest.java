package org.coexhub.inbound.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.text;

import org.coexhub.inbound.eventlog.EventFeed.Filter;
import org.coexhub.inbound.eventlog.EventFeed.Position;
import org.coexhub.platform.backup.RestoredMark;
import org.coexhub.platform.settings.DataDirectory;
import org.coexhub.testing.TestClock;
import org.coexhub.testing.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

import java.nio.file.Path;
import java.util.List;

import javax.sql.DataSource;

class FeedAfterRestoreTest {

    private static final Filter ALL = new Filter("", "", "");

    @TempDir Path data;

    private final DataSource database = TestDatabase.postgres();
    private final TestClock clock = new TestClock();
    private final TestRouter router = new TestRouter(database, clock);
    private final EventFeed feed = new EventFeed(new JdbcTemplate(database));

    private void start() throws Exception {
        new FeedAfterRestore(new DataDirectory(data), new JdbcTemplate(database))
                .afterPropertiesSet();
    }

    private void arrives(String wamid) {
        router.handle(
                List.of(
                        TestRouter.Message.of(
                                messages(text("491701", wamid, 1_790_000_000, "hello")))));
    }

    @Test
    void aReaderOfTheHubThatDiedMissesNothingNew() throws Exception {
        arrives("wamid.before");
        // It has read 20,000 batches that the backup knows nothing of.
        Position reader = new Position(20_001, 3);
        new RestoredMark(clock.instant(), clock.instant()).write(data);

        start();
        arrives("wamid.new");
        start();
        arrives("wamid.newer");

        EventFeed.Page page = feed.read(reader, 10, ALL);
        assertThat(page.events()).hasSize(2);
        assertThat(feed.read(page.next(), 10, ALL).events()).isEmpty();
        arrives("wamid.newest");
        assertThat(feed.read(page.next(), 10, ALL).events()).hasSize(1);
        assertThat(feed.read(Position.START, 10, ALL).events()).hasSize(4);
    }

    @Test
    void aHubThatWasNotRestoredCountsOn() throws Exception {
        arrives("wamid.A");
        Position before = feed.end();

        start();
        arrives("wamid.B");

        assertThat(feed.end().batch()).isEqualTo(before.batch() + 1);
    }
}
