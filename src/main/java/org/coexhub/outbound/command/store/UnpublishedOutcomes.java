package org.coexhub.outbound.command.store;

import org.coexhub.outbound.command.CommandRefusedException;
import org.coexhub.outbound.command.StoredCommand;
import org.coexhub.platform.store.SqlTimes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads the commands whose outcomes were not published, in portions: sizes are asked for first, so that no more bodies
 * are in memory. One that cannot be read is given up, so that no other waits behind it.
 */
public final class UnpublishedOutcomes {

    private static final Logger LOG = LoggerFactory.getLogger(UnpublishedOutcomes.class);

    /** Bytes of a portion's commands; the first one always comes. */
    static final long PORTION = 2 * 1024 * 1024;

    private static final String PLACES =
            """
            SELECT id, OCTET_LENGTH(body) FROM command WHERE announced = FALSE AND changed_at <= :before
            ORDER BY changed_at LIMIT :limit
            """;

    private static final String PORTION_OF =
            "SELECT * FROM command WHERE id IN (:ids) AND announced = FALSE ORDER BY changed_at";

    private static final String GIVE_UP = "UPDATE command SET announced = TRUE WHERE id = :id";

    private final JdbcClient jdbc;

    private record Place(String id, long bytes) {}

    private record Row(String id, Optional<StoredCommand> command) {}

    public UnpublishedOutcomes(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Hands those of before that time over, oldest first. */
    public void before(Instant time, int limit, Consumer<List<StoredCommand>> portions) {
        List<Place> places =
                jdbc.sql(PLACES)
                        .param("before", SqlTimes.millis(time))
                        .param("limit", limit)
                        .query((rs, row) -> new Place(rs.getString(1), rs.getLong(2)))
                        .list();
        var ids = new ArrayList<String>();
        long bytes = 0;
        for (Place place : places) {
            if (!ids.isEmpty() && bytes + place.bytes > PORTION) {
                hand(ids, portions);
                ids.clear();
                bytes = 0;
            }
            ids.add(place.id);
            bytes += place.bytes;
        }
        if (!ids.isEmpty()) {
            hand(ids, portions);
        }
    }

    private void hand(List<String> ids, Consumer<List<StoredCommand>> portions) {
        List<StoredCommand> portion =
                jdbc
                        .sql(PORTION_OF)
                        .param("ids", ids)
                        .query(UnpublishedOutcomes::read)
                        .list()
                        .stream()
                        .flatMap(row -> row.command.or(() -> giveUp(row.id)).stream())
                        .toList();
        if (!portion.isEmpty()) {
            portions.accept(portion);
        }
    }

    private static Row read(ResultSet rs, int row) throws SQLException {
        String id = rs.getString("id");
        try {
            return new Row(id, Optional.of(CommandRows.read(rs, row)));
        } catch (CommandRefusedException unreadable) {
            return new Row(id, Optional.empty());
        }
    }

    private Optional<StoredCommand> giveUp(String id) {
        LOG.error("No event tells what became of command {}: its text cannot be read", id);
        jdbc.sql(GIVE_UP).param("id", id).update();
        return Optional.empty();
    }
}
