package org.coexhub.testing;

import org.springframework.jdbc.core.simple.JdbcClient;

import java.time.Duration;

/** The database's clock, as far as it says until when nodes have rows in hand. */
public final class HeldRows {

    private HeldRows() {}

    /** So much time passes, for those who have rows of this table in hand. */
    public static void age(JdbcClient jdbc, String table, Duration time) {
        jdbc.sql(
                        "UPDATE "
                                + table
                                + " SET held_until = held_until - CAST(? AS BIGINT) * INTERVAL '1"
                                + " millisecond'")
                .param(time.toMillis())
                .update();
    }
}
