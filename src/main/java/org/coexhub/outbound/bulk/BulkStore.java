package org.coexhub.outbound.bulk;

import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.CommandRefusedException;
import org.coexhub.outbound.command.IdempotencyKey;
import org.coexhub.outbound.command.validation.CommandJson;
import org.coexhub.outbound.command.validation.StorableText;
import org.coexhub.platform.lease.DueRows;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.support.TransactionTemplate;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import javax.sql.DataSource;

/** Stores bulks and their rows. A row changes its state by one guarded statement, so only one node does it. */
@Repository
class BulkStore {

    private static final int CHUNK = 1000;
    private static final int FAULT_LENGTH = 2000;

    private static final String INSERT =
            """
            INSERT INTO bulk (id, idempotency_key, body_hash, number_id, message, rows_given, begins_at,
                              due_at, accepted_at)
            VALUES (:id, :key, :hash, :number, :message, :rows, :begins, :begins, :now) ON CONFLICT DO NOTHING
            """;

    private static final String INSERT_ROW =
            "INSERT INTO bulk_row (bulk_id, row_no, recipient, state, fault) VALUES (?, ?, ?, ?,"
                    + " ?)";

    private static final String FIND_KEY =
            "SELECT id, body_hash FROM bulk WHERE idempotency_key = :key";

    /** What waits behind an earlier message to the same customer keeps nobody else up. */
    private static final String PASS =
            """
            UPDATE bulk_row SET state = 'passed'
            WHERE bulk_id = :id AND state = 'released' AND command_id IN (
                SELECT c.id FROM command c JOIN bulk_row r ON r.command_id = c.id
                WHERE r.bulk_id = :id AND r.state = 'released'
                    AND (c.state NOT IN ('accepted', 'queued', 'sending') OR c.waits_for = 'earlier'))
            """;

    private static final String IN_FLIGHT =
            """
            SELECT COUNT(*) FROM bulk_row r JOIN bulk b ON b.id = r.bulk_id
            WHERE b.number_id = :number AND b.closed_at IS NULL AND r.state = 'released'
            """;

    private static final String INTERRUPTED =
            """
            SELECT row_no, recipient FROM bulk_row
            WHERE bulk_id = :id AND state = 'released' AND command_id IS NULL ORDER BY row_no
            """;

    private static final String WAITING =
            """
            SELECT row_no, recipient FROM bulk_row
            WHERE bulk_id = :id AND state = 'waiting' ORDER BY row_no LIMIT :limit
            """;

    private static final String RELEASE =
            """
            UPDATE bulk_row SET state = 'released'
            WHERE bulk_id = :id AND row_no = ANY (:rows) AND state = 'waiting' RETURNING row_no
            """;

    private static final String COMMANDS =
            """
            UPDATE bulk_row r SET command_id = n.command_id
            FROM unnest(:rows, :commands) AS n (row_no, command_id)
            WHERE r.bulk_id = :id AND r.row_no = n.row_no
            """;

    private static final String GIVE_UP =
            """
            UPDATE bulk_row SET state = 'cancelled'
            WHERE bulk_id = :id AND row_no = :row AND state = 'released' AND command_id IS NULL
            """;

    private static final String REFUSE =
            """
            UPDATE bulk_row SET state = 'refused', fault = :fault
            WHERE bulk_id = :id AND row_no = :row
            """;

    private static final String CLOSE =
            """
            UPDATE bulk SET closed_at = :now
            WHERE id = :id AND closed_at IS NULL AND NOT EXISTS (
                SELECT 1 FROM bulk_row WHERE bulk_id = :id AND state IN ('waiting', 'released'))
            """;

    private static final String BEGUN =
            """
            SELECT id FROM bulk
            WHERE closed_at IS NULL AND cancelled_at IS NULL AND begins_at <= :now AND accepted_at <= :until
            ORDER BY accepted_at
            """;

    /** A bulk that was done opens again, until what was held of it has been taken back. */
    private static final String CANCEL =
            """
            UPDATE bulk SET cancelled_at = :now, closed_at = NULL, due_at = :now
            WHERE id = :id AND cancelled_at IS NULL AND (closed_at IS NULL OR EXISTS (
                SELECT 1 FROM bulk_row r JOIN command c ON c.id = r.command_id
                WHERE r.bulk_id = :id AND c.state IN ('accepted', 'held', 'queued')))
            """;

    private static final String CANCELLED =
            "SELECT COUNT(*) FROM bulk WHERE id = :id AND cancelled_at IS NOT NULL";

    private static final String CANCEL_ROWS =
            "UPDATE bulk_row SET state = 'cancelled' WHERE bulk_id = :id AND state = 'waiting'";

    private static final String UNSENT =
            """
            SELECT c.id FROM bulk_row r JOIN command c ON c.id = r.command_id
            WHERE r.bulk_id = :id AND c.state IN ('accepted', 'held', 'queued')
            """;

    private final JdbcClient jdbc;
    private final JdbcTemplate batches;
    private final DueRows due;
    private final TransactionTemplate transaction;
    private final InstantSource clock;

    BulkStore(DataSource database, InstantSource clock) {
        this.jdbc = JdbcClient.create(database);
        this.batches = new JdbcTemplate(database);
        this.due = new DueRows(jdbc, clock, "bulk", "id", "closed_at IS NULL", "accepted_at, id");
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(database));
        this.clock = clock;
    }

    /** A bulk of which something is still to be done. */
    record Open(BulkId id, String number, ObjectNode message) {}

    /** @param recipient as it was given */
    record Row(int number, ObjectNode recipient) {}

    /** @throws CommandRefusedException the key belongs to another bulk */
    BulkId accept(BulkOrder order, IdempotencyKey key) {
        return transaction.execute(
                status -> {
                    BulkId id = BulkId.next();
                    return insert(order, key, id) ? id : firstAnswer(order, key);
                });
    }

    private boolean insert(BulkOrder order, IdempotencyKey key, BulkId id) {
        Instant now = clock.instant();
        int inserted =
                jdbc.sql(INSERT)
                        .param("id", id.value())
                        .param("key", key.value())
                        .param("hash", order.hash())
                        .param("number", order.from().value())
                        .param("message", CommandJson.write(order.message()))
                        .param("rows", order.rows().size())
                        .param(
                                "begins",
                                SqlTimes.millis(order.beginsAt() == null ? now : order.beginsAt()))
                        .param("now", SqlTimes.millis(now))
                        .update();
        if (inserted == 0) {
            return false;
        }
        List<Object[]> rows = new ArrayList<>();
        for (BulkOrder.Row row : order.rows()) {
            String state = row.fault() == null ? "waiting" : "refused";
            rows.add(
                    new Object[] {
                        id.value(), rows.size() + 1, row.recipient(), state, fault(row.fault())
                    });
        }
        for (int from = 0; from < rows.size(); from += CHUNK) {
            batches.batchUpdate(
                    INSERT_ROW, rows.subList(from, Math.min(rows.size(), from + CHUNK)));
        }
        return true;
    }

    private BulkId firstAnswer(BulkOrder order, IdempotencyKey key) {
        record First(String id, String hash) {}
        First first =
                jdbc.sql(FIND_KEY)
                        .param("key", key.value())
                        .query((row, i) -> new First(row.getString(1), row.getString(2)))
                        .single();
        if (!first.hash.equals(order.hash())) {
            throw CommandRefusedException.conflict();
        }
        return new BulkId(first.id);
    }

    /** Those of which something may be done now and that no node is at. */
    List<BulkId> due() {
        return due.due().stream().map(BulkId::new).toList();
    }

    /** The bulk for the one node that may release rows of it for so long. */
    Optional<Open> take(BulkId id, Duration time) {
        return due.take(
                id.value(),
                time,
                (row, i) ->
                        new Open(
                                id,
                                row.getString("number_id"),
                                CommandJson.readStored(row.getString("message"))));
    }

    /** Looked at, and due again at once. */
    void putBack(BulkId id) {
        due.untried(id.value(), clock.instant(), Map.of());
    }

    /** Rows whose commands have left the send queue make room for others. */
    void pass(BulkId id) {
        jdbc.sql(PASS).param("id", id.value()).update();
    }

    int inFlight(String number) {
        return jdbc.sql(IN_FLIGHT).param("number", number).query(Integer.class).single();
    }

    /** Released rows without a command: a crash came between the two. */
    List<Row> interrupted(BulkId id) {
        return jdbc.sql(INTERRUPTED).param("id", id.value()).query(BulkStore::row).list();
    }

    List<Row> waiting(BulkId id, int limit) {
        return jdbc.sql(WAITING)
                .param("id", id.value())
                .param("limit", limit)
                .query(BulkStore::row)
                .list();
    }

    /** @return those of the rows that were still waiting, unlike after a cancellation */
    List<Row> release(BulkId id, List<Row> rows) {
        if (rows.isEmpty()) {
            return rows;
        }
        Set<Integer> released =
                jdbc.sql(RELEASE)
                        .param("id", id.value())
                        .param("rows", numbers(rows))
                        .query(Integer.class)
                        .set();
        return rows.stream().filter(row -> released.contains(row.number)).toList();
    }

    /** Notes the rows' commands; true when the bulk has been cancelled meanwhile. */
    boolean commands(BulkId id, Map<Row, CommandId> commands) {
        jdbc.sql(COMMANDS)
                .param("id", id.value())
                .param("rows", numbers(commands.keySet()))
                .param(
                        "commands",
                        new SqlArrayValue(
                                "varchar",
                                commands.values().stream().map(CommandId::value).toArray()))
                .update();
        return isCancelled(id);
    }

    private static SqlArrayValue numbers(Collection<Row> rows) {
        return new SqlArrayValue("int4", rows.stream().map(Row::number).toArray());
    }

    /** The row was released and never becomes a command. */
    void giveUp(BulkId id, Row row) {
        jdbc.sql(GIVE_UP).param("id", id.value()).param("row", row.number).update();
    }

    void refuse(BulkId id, Row row, String fault) {
        jdbc.sql(REFUSE)
                .param("id", id.value())
                .param("row", row.number)
                .param("fault", fault(fault))
                .update();
    }

    /** Ends a bulk of which nothing is left to do. */
    void close(BulkId id) {
        jdbc.sql(CLOSE)
                .param("id", id.value())
                .param("now", SqlTimes.millis(clock.instant()))
                .update();
    }

    /** Bulks that release rows, or would if there were room, of those that were handed in until then. */
    List<BulkId> begun(Instant until) {
        return jdbc.sql(BEGUN)
                .param("now", SqlTimes.millis(clock.instant()))
                .param("until", SqlTimes.millis(until))
                .query((rs, row) -> new BulkId(rs.getString("id")))
                .list();
    }

    /**
     * Rows that still wait will not be sent; false when the bulk is cancelled already, or closed and nothing of it is still
     * to be sent.
     */
    boolean cancel(BulkId id) {
        return Boolean.TRUE.equals(
                transaction.execute(
                        status -> {
                            boolean cancelled =
                                    jdbc.sql(CANCEL)
                                                    .param("id", id.value())
                                                    .param("now", SqlTimes.millis(clock.instant()))
                                                    .update()
                                            == 1;
                            if (cancelled) {
                                jdbc.sql(CANCEL_ROWS).param("id", id.value()).update();
                            }
                            return cancelled;
                        }));
    }

    boolean isCancelled(BulkId id) {
        return jdbc.sql(CANCELLED).param("id", id.value()).query(Integer.class).single() > 0;
    }

    /** Commands of the bulk that have not been sent. */
    List<CommandId> unsent(BulkId id) {
        return jdbc.sql(UNSENT)
                .param("id", id.value())
                .query((row, i) -> new CommandId(row.getString(1)))
                .list();
    }

    private static Row row(java.sql.ResultSet row, int i) throws java.sql.SQLException {
        return new Row(row.getInt("row_no"), CommandJson.readStored(row.getString("recipient")));
    }

    /** A fault as its column holds it; null for none. */
    static String fault(String text) {
        if (text == null) {
            return null;
        }
        return StorableText.of(
                text.length() <= FAULT_LENGTH ? text : text.substring(0, FAULT_LENGTH));
    }
}
