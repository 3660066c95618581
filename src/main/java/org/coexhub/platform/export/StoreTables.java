package org.coexhub.platform.export;

import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What there is in the schema of a database, as it tells itself: what the hub's migrations made, without their history.
 *
 * @param columns of each table; not those that PostgreSQL computes
 * @param sequences those of columns included
 */
record StoreTables(SortedMap<String, List<String>> columns, List<String> sequences) {

    private static final String HUBS =
            "c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())";

    private static final String TABLES =
            """
            SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
            FROM pg_class c
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
            WHERE %s AND c.relkind = 'r' AND c.relname <> 'flyway_schema_history'
            GROUP BY c.relname
            """
                    .formatted(HUBS);

    private static final String SEQUENCES =
            "SELECT c.relname FROM pg_class c WHERE %s AND c.relkind = 'S' ORDER BY c.relname"
                    .formatted(HUBS);

    /** Tables, views and sequences, without those that came with an extension of PostgreSQL. */
    private static final String ANYTHING =
            """
            SELECT c.relname FROM pg_class c
            WHERE %s AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND NOT EXISTS (
                SELECT 1 FROM pg_depend d
                WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
            ORDER BY c.relkind DESC, c.relname LIMIT 1
            """
                    .formatted(HUBS);

    static StoreTables in(Connection database) throws SQLException {
        var columns = new TreeMap<String, List<String>>();
        try (var statement = database.createStatement();
                ResultSet rows = statement.executeQuery(TABLES)) {
            while (rows.next()) {
                Array names = rows.getArray(2);
                columns.put(rows.getString(1), List.of((String[]) names.getArray()));
                names.free();
            }
        }
        return new StoreTables(columns, strings(database, SEQUENCES));
    }

    /** @return the name of something in the schema; empty if there is nothing */
    static List<String> anything(Connection database) throws SQLException {
        return strings(database, ANYTHING);
    }

    private static List<String> strings(Connection database, String sql) throws SQLException {
        var found = new ArrayList<String>();
        try (var statement = database.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    /** All tables in SQL, with commas between. */
    String list() {
        return columns.keySet().stream().map(StoreTables::quoted).collect(Collectors.joining(", "));
    }

    /** A table and these of its columns in SQL, as COPY wants them. */
    static String copied(String table, List<String> columns) {
        return quoted(table)
                + " ("
                + columns.stream().map(StoreTables::quoted).collect(Collectors.joining(", "))
                + ")";
    }

    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
