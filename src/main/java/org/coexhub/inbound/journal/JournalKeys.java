package org.coexhub.inbound.journal;

import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;

import javax.sql.DataSource;

/** The store's keys of the hub's mark. The first is made by the first node that starts; none is ever deleted. */
final class JournalKeys {

    private static final String ALL = "SELECT id, secret FROM journal_key ORDER BY made_at, id";

    /** Nothing reads {@code fence} any more: no message is taken without a mark, whatever its number. */
    private static final String MAKE =
            """
            INSERT INTO journal_key (id, one, secret, fence, made_at) VALUES (?, 1, ?, 0, ?) ON CONFLICT DO NOTHING
            """;

    private static final int SECRET_BYTES = 32;

    private final JdbcClient jdbc;
    private final InstantSource clock;

    JournalKeys(DataSource database, InstantSource clock) {
        this.jdbc = JdbcClient.create(database);
        this.clock = clock;
    }

    record Key(String id, byte[] secret) {

        @Override
        public String toString() {
            return "Key[" + id + "]";
        }
    }

    /** Oldest first; there is one at least. */
    List<Key> load() {
        List<Key> known = read();
        if (!known.isEmpty()) {
            return known;
        }
        byte[] secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        OffsetDateTime now = SqlTimes.at(clock.instant());
        jdbc.sql(MAKE).params(UUID.randomUUID().toString(), secret, now).update();
        return read();
    }

    private List<Key> read() {
        return jdbc.sql(ALL).query((row, i) -> new Key(row.getString(1), row.getBytes(2))).list();
    }
}
