package org.coexhub.outbound.cost;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;

import org.coexhub.outbound.cost.CostQuery.Dimension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads the ledger. */
@Service
public class CostReport {

    private static final String COUNTS =
            """
            SUM(CASE WHEN charge = 'billed' THEN 1 ELSE 0 END) AS billed,
            SUM(CASE WHEN charge = 'free' THEN 1 ELSE 0 END) AS free,
            SUM(CASE WHEN charge = 'pending' THEN 1 ELSE 0 END) AS pending,
            SUM(CASE WHEN charge = 'failed' THEN 1 ELSE 0 END) AS failed,
            SUM(CASE WHEN charge = 'unpriced' THEN 1 ELSE 0 END) AS unpriced
            """;

    private static final String SPAN = " WHERE on_day BETWEEN :from AND :to";
    private static final String COUNTED = " AND charge IS NOT NULL";
    private static final String OF_NUMBER = " AND number_id = :number";

    private final JdbcClient jdbc;

    CostReport(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Messages of the span, by what Meta charges them as. */
    public record Counts(long billed, long free, long pending, long failed, long unpriced) {}

    /** Members are null unless asked for, and where Meta told nothing. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Row(
            LocalDate day,
            String number,
            String category,
            String type,
            String model,
            String source,
            @JsonUnwrapped Counts counts) {}

    /** Messages that were not sent: a person had the conversation, or the key had been used before. */
    public record Saved(long takeover, long repeat) {}

    /** The answer to a query. */
    public record Costs(LocalDate from, LocalDate to, List<Row> rows, Counts total, Saved saved) {}

    public Costs read(CostQuery query) {
        List<Row> rows = query.groupBy().isEmpty() ? List.of() : rows(query, query.groupBy());
        Counts total = rows(query, Set.of()).getFirst().counts();
        return new Costs(query.from(), query.to(), rows, total, saved(query));
    }

    private List<Row> rows(CostQuery query, Set<Dimension> by) {
        String columns =
                by.stream()
                        .map(d -> d.sql() + " AS by_" + d.wireName() + ", ")
                        .collect(Collectors.joining());
        String groups = by.stream().map(Dimension::sql).collect(Collectors.joining(", "));
        String sql =
                "SELECT "
                        + columns
                        + COUNTS
                        + " FROM cost_entry"
                        + SPAN
                        + COUNTED
                        + (query.number() == null ? "" : OF_NUMBER)
                        + (by.isEmpty() ? "" : " GROUP BY " + groups + " ORDER BY " + groups);
        return asked(query, sql).query((row, i) -> row(row, by)).list();
    }

    private static Row row(ResultSet row, Set<Dimension> by) throws SQLException {
        var told = new HashMap<Dimension, String>();
        LocalDate day = null;
        for (Dimension dimension : by) {
            if (dimension == Dimension.DAY) {
                day = row.getObject("by_day", LocalDate.class);
            } else {
                told.put(dimension, row.getString("by_" + dimension.wireName()));
            }
        }
        return new Row(
                day,
                told.get(Dimension.NUMBER),
                told.get(Dimension.CATEGORY),
                told.get(Dimension.TYPE),
                told.get(Dimension.MODEL),
                told.get(Dimension.SOURCE),
                new Counts(
                        row.getLong("billed"),
                        row.getLong("free"),
                        row.getLong("pending"),
                        row.getLong("failed"),
                        row.getLong("unpriced")));
    }

    private Saved saved(CostQuery query) {
        String sql =
                "SELECT cause, COUNT(*) FROM cost_saving"
                        + SPAN
                        + (query.number() == null ? "" : OF_NUMBER)
                        + " GROUP BY cause";
        Map<String, Long> counts = new HashMap<>();
        asked(query, sql)
                .query(
                        row -> {
                            counts.put(row.getString(1), row.getLong(2));
                        });
        return new Saved(
                counts.getOrDefault(Savings.Cause.TAKEOVER.column(), 0L),
                counts.getOrDefault(Savings.Cause.REPEAT.column(), 0L));
    }

    private JdbcClient.StatementSpec asked(CostQuery query, String sql) {
        var statement = jdbc.sql(sql).param("from", query.from()).param("to", query.to());
        return query.number() == null ? statement : statement.param("number", query.number());
    }
}
