package org.coexhub.outbound.cost;

import org.coexhub.platform.store.SqlArrays;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Stores the rows of the ledger. Made and locked in the order of their ids, so that two batches never wait in a circle.
 */
@Repository
class CostEntries {

    private static final String MAKE =
            "INSERT INTO cost_entry (id, stage) VALUES (?, 'none') ON CONFLICT DO NOTHING";

    private static final String LOCK =
            """
            SELECT id, number_id, stage, at, category, type, model, billable, priced_by, source, app
            FROM cost_entry WHERE id = ANY (?) ORDER BY id FOR UPDATE\
            """;

    private static final String SAVE =
            """
            UPDATE cost_entry
            SET number_id = ?, stage = ?, at = ?, on_day = ?, category = ?, type = ?, model = ?, billable = ?,
                priced_by = ?, source = ?, app = ?, charge = ?
            WHERE id = ?\
            """;

    private final JdbcTemplate jdbc;

    CostEntries(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Those of these ids, made where they are not there yet; until the transaction ends nobody else changes them. */
    Map<String, CostEntry> lock(Collection<String> ids) {
        List<String> sorted = ids.stream().sorted().toList();
        jdbc.batchUpdate(
                MAKE, sorted, sorted.size(), (statement, id) -> statement.setString(1, id));
        var entries = new HashMap<String, CostEntry>();
        jdbc.query(
                LOCK,
                statement -> statement.setArray(1, SqlArrays.text(statement, sorted)),
                row -> {
                    entries.put(row.getString("id"), read(row));
                });
        return entries;
    }

    void save(Collection<CostEntry> entries) {
        jdbc.batchUpdate(SAVE, entries, Math.max(1, entries.size()), CostEntries::set);
    }

    private static CostEntry read(ResultSet row) throws SQLException {
        Instant at = SqlTimes.read(row, "at");
        int rank = row.getInt("priced_by");
        Price price =
                rank == 0
                        ? null
                        : new Price(
                                row.getString("category"),
                                row.getString("type"),
                                row.getString("model"),
                                row.getObject("billable", Boolean.class),
                                rank);
        return new CostEntry(
                row.getString("id"),
                row.getString("number_id"),
                Stage.ofColumn(row.getString("stage")),
                at,
                price,
                row.getString("source"),
                row.getBoolean("app"));
    }

    private static void set(PreparedStatement statement, CostEntry entry) throws SQLException {
        Price price = entry.price();
        Charge charge = entry.charge();
        statement.setString(1, entry.number());
        statement.setString(2, entry.stage().column());
        statement.setObject(3, SqlTimes.millis(entry.at()));
        statement.setObject(4, entry.day());
        statement.setString(5, price == null ? null : price.category());
        statement.setString(6, price == null ? null : price.type());
        statement.setString(7, price == null ? null : price.model());
        statement.setObject(8, price == null ? null : price.billable(), java.sql.Types.BOOLEAN);
        statement.setInt(9, price == null ? 0 : price.rank());
        statement.setString(10, entry.source());
        statement.setBoolean(11, entry.app());
        statement.setString(12, charge == null ? null : charge.column());
        statement.setString(13, entry.id());
    }
}
