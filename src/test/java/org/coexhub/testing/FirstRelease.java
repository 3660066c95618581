package org.coexhub.testing;

import org.flywaydb.core.Flyway;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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

    /** The rows of these tables as JSON, in an order of their own; a table or column that is gone is a failure. */
    public static Map<String, List<String>> rows(DataSource database, Map<String, String> tables) {
        var rows = new TreeMap<String, List<String>>();
        tables.forEach(
                (table, columns) ->
                        rows.put(
                                table,
                                new JdbcTemplate(database)
                                        .queryForList(
                                                "SELECT to_jsonb(r)::text FROM (SELECT %s FROM %s) r ORDER BY 1"
                                                        .formatted(columns, table),
                                                String.class)));
        return rows;
    }
}
