package org.coexhub.platform.store;

import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.UUID;

/** Converts values to SQL array parameters for {@code = ANY (?)}, so that one statement serves any number of values. */
public final class SqlArrays {

    private SqlArrays() {}

    public static Array text(PreparedStatement statement, Collection<String> values)
            throws SQLException {
        return statement.getConnection().createArrayOf("varchar", values.toArray());
    }

    public static Array longs(PreparedStatement statement, Collection<Long> values)
            throws SQLException {
        return statement.getConnection().createArrayOf("bigint", values.toArray());
    }

    public static Array uuid(PreparedStatement statement, Collection<UUID> values)
            throws SQLException {
        return statement.getConnection().createArrayOf("uuid", values.toArray());
    }
}
