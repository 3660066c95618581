package org.coexhub.testing;

import org.flywaydb.core.Flyway;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.sql.DataSource;

/** The database of the first release, with rows in every table, and what is in it table by table. */
public final class FirstRelease {

    private static final String VERSION = "1";

    private static final String TABLES =
            """
            SELECT table_name, string_agg(quote_ident(column_name), ', ' ORDER BY column_name)
            FROM information_schema.columns
            WHERE table_schema = current_schema() AND table_name <> 'flyway_schema_history'
            GROUP BY table_name
            """;

    /** What later versions call columns of the first release. */
    private static final Map<String, String> RENAMED =
            Map.of(
                    "bulk.claimed_until", "held_until",
                    "template_sync.next_at", "due_at",
                    "template_sync.taken_at", "held_until");

    /** What later versions dropped or changed on purpose: the buckets of V4, which last for minutes. */
    private static final Set<String> CHANGED = Set.of("pair_bucket.state", "pair_bucket.full_at");

    private FirstRelease() {}

    /** @param empty database */
    public static void into(DataSource empty) {
        Flyway.configure()
                .dataSource(empty)
                .locations("classpath:db/migration")
                .target(VERSION)
                .load()
                .migrate();
        new ResourceDatabasePopulator(
                        false,
                        false,
                        "UTF-8",
                        new ClassPathResource("first-release-rows.sql", FirstRelease.class))
                .execute(empty);
    }

    /** Every table of the database, with its columns in SQL. */
    public static Map<String, String> tables(DataSource database) {
        var tables = new TreeMap<String, String>();
        new JdbcTemplate(database)
                .query(
                        TABLES,
                        row -> {
                            tables.put(row.getString(1), row.getString(2));
                        });
        return tables;
    }

    /**
     * The rows of these tables as JSON, in an order of their own; a table or column that is gone is a failure, one that was
     * renamed has its old name, one that was changed on purpose is left out.
     */
    public static Map<String, List<String>> rows(DataSource database, Map<String, String> tables) {
        Map<String, String> now = tables(database);
        var rows = new TreeMap<String, List<String>>();
        tables.forEach(
                (table, columns) ->
                        rows.put(
                                table,
                                new JdbcTemplate(database)
                                        .queryForList(
                                                "SELECT to_jsonb(r)::text FROM (SELECT %s FROM %s) r ORDER BY 1"
                                                        .formatted(
                                                                selected(
                                                                        table,
                                                                        columns,
                                                                        now.getOrDefault(
                                                                                table, "")),
                                                                table),
                                                String.class)));
        return rows;
    }

    private static String selected(String table, String columns, String now) {
        var known = Set.of(now.split(", "));
        return Stream.of(columns.split(", "))
                .filter(column -> !CHANGED.contains(table + "." + column))
                .map(
                        column ->
                                known.contains(column)
                                        ? column
                                        : RENAMED.getOrDefault(table + "." + column, column)
                                                + " AS "
                                                + column)
                .collect(Collectors.joining(", "));
    }
}
