package org.coexhub.platform.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** Converts moments to timestamps of the database and back; null stays null. */
public final class SqlTimes {

    private SqlTimes() {}

    /** Cut to microseconds: the database keeps no more, and its driver would round up into the future. */
    public static OffsetDateTime at(Instant moment) {
        return cut(moment, ChronoUnit.MICROS);
    }

    /** Cut to milliseconds, as the tables of commands, bulks, media, costs and bots keep them. */
    public static OffsetDateTime millis(Instant moment) {
        return cut(moment, ChronoUnit.MILLIS);
    }

    public static Instant read(ResultSet row, String column) throws SQLException {
        return moment(row.getObject(column, OffsetDateTime.class));
    }

    /** @param column counted from 1 */
    public static Instant read(ResultSet row, int column) throws SQLException {
        return moment(row.getObject(column, OffsetDateTime.class));
    }

    private static OffsetDateTime cut(Instant moment, ChronoUnit unit) {
        return moment == null ? null : moment.truncatedTo(unit).atOffset(ZoneOffset.UTC);
    }

    private static Instant moment(OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }
}
