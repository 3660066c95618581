package org.coexhub.outbound.bulk;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.outbound.command.validation.CommandJson;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reports how far bulks are. */
@Service
public class BulkReport {

    private static final String FIND =
            """
            SELECT number_id, rows_given, begins_at, accepted_at, cancelled_at, closed_at FROM bulk WHERE id = :id
            """;

    private static final String COUNT =
            """
            SELECT COALESCE(c.state, r.state), COUNT(*)
            FROM bulk_row r LEFT JOIN command c ON c.id = r.command_id WHERE r.bulk_id = :id
            GROUP BY COALESCE(c.state, r.state)
            """;

    private static final String ROWS =
            """
            SELECT r.row_no, r.recipient, COALESCE(c.state, r.state) AS state, r.fault, c.reason, r.command_id, c.wamid
            FROM bulk_row r LEFT JOIN command c ON c.id = r.command_id
            WHERE r.bulk_id = :id AND r.row_no > :after ORDER BY r.row_no LIMIT :limit
            """;

    private final JdbcClient jdbc;

    BulkReport(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * How far a bulk is.
     *
     * @param state {@code running}, {@code cancelled} or {@code done}: every row has left the send queue
     * @param states how many rows are in each state: of the row before it is a command, of the command after
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Progress(
            BulkId bulkId,
            String state,
            String number,
            int rows,
            Map<String, Long> states,
            Instant acceptedAt,
            Instant beginsAt,
            Instant cancelledAt,
            Instant closedAt) {}

    /** What became of one row; {@code row} counts from 1. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Row(
            int row,
            String to,
            String recipient,
            String state,
            String reason,
            String commandId,
            String wamid,
            String fault) {}

    public Optional<Progress> progress(BulkId id) {
        Map<String, Long> states = new TreeMap<>();
        jdbc.sql(COUNT)
                .param("id", id.value())
                .query(
                        row -> {
                            states.put(row.getString(1), row.getLong(2));
                        });
        return jdbc.sql(FIND)
                .param("id", id.value())
                .query((row, i) -> progress(id, row, states))
                .optional();
    }

    /** At most so many rows after that one, in order. */
    public List<Row> rows(BulkId id, int after, int limit) {
        return jdbc.sql(ROWS)
                .param("id", id.value())
                .param("after", after)
                .param("limit", limit)
                .query((row, i) -> row(row))
                .list();
    }

    private static Progress progress(BulkId id, ResultSet row, Map<String, Long> states)
            throws SQLException {
        Instant cancelled = SqlTimes.read(row, "cancelled_at");
        Instant closed = SqlTimes.read(row, "closed_at");
        String open = closed == null ? "running" : "done";
        return new Progress(
                id,
                cancelled == null ? open : "cancelled",
                row.getString("number_id"),
                row.getInt("rows_given"),
                states,
                SqlTimes.read(row, "accepted_at"),
                SqlTimes.read(row, "begins_at"),
                cancelled,
                closed);
    }

    private static Row row(ResultSet row) throws SQLException {
        JsonNode recipient = CommandJson.readStored(row.getString("recipient"));
        return new Row(
                row.getInt("row_no"),
                recipient.path("to").textValue(),
                recipient.path("recipient").textValue(),
                row.getString("state"),
                row.getString("reason"),
                row.getString("command_id"),
                row.getString("wamid"),
                row.getString("fault"));
    }
}
