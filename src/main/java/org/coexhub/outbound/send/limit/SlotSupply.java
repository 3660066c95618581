package org.coexhub.outbound.send.limit;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.outbound.graph.ApiUsage;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

import javax.sql.DataSource;

/** Gives each number its slots, and closes them while it may use none. */
final class SlotSupply {

    private static final String ADD =
            """
            INSERT INTO send_slot (number_id, slot, free_at) VALUES (:number, :slot, :now) ON CONFLICT DO NOTHING
            """;

    private static final String REMOVE =
            "DELETE FROM send_slot WHERE number_id = :number AND slot >= :count";

    private static final String COUNT = "SELECT COUNT(*) FROM send_slot WHERE number_id = :number";

    private static final String CLOSE =
            """
            UPDATE send_slot SET free_at = GREATEST(free_at, :until) WHERE number_id = :number
            """;

    private static final String REST_ALL =
            """
            UPDATE send_slot SET free_at = GREATEST(free_at, :freeAt), holder = NULL, held_until = NULL
            WHERE holder IS NOT NULL
            """;

    /** As long as Meta may ask a number to pause, and a bit. */
    private static final Duration LONGEST_REST = ApiUsage.LONGEST_BREAK.plusMinutes(1);

    private static final String END_ENDLESS =
            "UPDATE send_slot SET free_at = :freeAt WHERE free_at > :latest";

    private final JdbcClient jdbc;
    private final InstantSource clock;

    SlotSupply(DataSource database, InstantSource clock) {
        this.jdbc = JdbcClient.create(database);
        this.clock = clock;
    }

    /** Gives the number that many slots; returns whether any were added or taken away. */
    boolean resize(PhoneNumberId number, int count) {
        int has = jdbc.sql(COUNT).param("number", number.value()).query(Integer.class).single();
        if (has > count) {
            jdbc.sql(REMOVE).param("number", number.value()).param("count", count).update();
        }
        for (int slot = has; slot < count; slot++) {
            jdbc.sql(ADD)
                    .param("number", number.value())
                    .param("slot", slot)
                    .param("now", SqlTimes.millis(clock.instant()))
                    .update();
        }
        return has != count;
    }

    /** Whoever held a slot is dead, and so is what it sent a moment ago. To be asked by a hub that is the only one. */
    void restAll() {
        jdbc.sql(REST_ALL)
                .param(
                        "freeAt",
                        SqlTimes.millis(
                                clock.instant().plus(SendSlots.WINDOW).plus(SendSlots.ROUNDING)))
                .update();
    }

    /** A clock that was ahead and is put right leaves slots that nobody has closed for so long. */
    void endEndless() {
        Instant now = clock.instant();
        jdbc.sql(END_ENDLESS)
                .param(
                        "freeAt",
                        SqlTimes.millis(now.plus(SendSlots.WINDOW).plus(SendSlots.ROUNDING)))
                .param("latest", SqlTimes.millis(now.plus(LONGEST_REST)))
                .update();
    }

    /** Nothing of the number goes out before that time. */
    void close(PhoneNumberId number, Instant until) {
        jdbc.sql(CLOSE)
                .param("number", number.value())
                .param("until", SqlTimes.millis(until))
                .update();
    }
}
