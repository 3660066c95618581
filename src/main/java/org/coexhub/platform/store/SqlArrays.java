package org.coexhub.platform.store;

import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.UUID;

/** Converts values to SQL array parameters for {@code = ANY (?)}, so that one statement serves any number of values. */
public final class SqlArrays {

    private SqlArrays() {}

    public static Array text(PreparedStatement statement, Collection<String> values)
            throws SQLException {
        return statement.getConnection().createArrayOf("varchar", values.toArray());
    }

    public static Array ints(PreparedStatement statement, Collection<Integer> values)
            throws SQLException {
        return statement.getConnection().createArrayOf("int", values.toArray());
    }

    public static Array booleans(PreparedStatement statement, Collection<Boolean> values)
            throws SQLException {
        return statement.getConnection().createArrayOf("boolean", values.toArray());
    }

    public static Array longs(PreparedStatement statement, Collection<Long> values)
            throws SQLException {
        return statement.getConnection().createArrayOf("bigint", values.toArray());
    }

    /** Cut to milliseconds, as {@link SqlTimes#millis}. */
    public static Array millis(PreparedStatement statement, Collection<Instant> moments)
            throws SQLException {
        return statement
                .getConnection()
                .createArrayOf("timestamptz", moments.stream().map(SqlTimes::millis).toArray());
    }

    public static Array uuid(PreparedStatement statement, Collection<UUID> values)
            throws SQLException {
        return statement.getConnection().createArrayOf("uuid", values.toArray());
    }
}
