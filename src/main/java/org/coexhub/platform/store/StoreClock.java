package org.coexhub.platform.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;

import javax.sql.DataSource;

/**
 * Tells the time by the database's clock, so that all nodes on one database agree when a second begins and a lease ends.
 *
 * <p>It is the machine's own clock plus the difference that was measured last. A difference that the time of the question
 * could explain counts as none, so the clock of a hub beside its database is the machine's.
 */
public final class StoreClock implements InstantSource {

    private static final Logger LOG = LoggerFactory.getLogger(StoreClock.class);

    /** Times are kept to the millisecond; a database may tell them no finer. */
    private static final Duration ROUNDING = Duration.ofMillis(1);

    private static final Duration STEP = Duration.ofMillis(20);
    private static final Duration WORTH_A_WARNING = Duration.ofSeconds(1);
    private static final int SAMPLES = 5;

    private final InstantSource machine;
    private volatile Duration difference = Duration.ZERO;

    public StoreClock(InstantSource machine) {
        this.machine = machine;
    }

    @Override
    public Instant instant() {
        return machine.instant().plus(difference);
    }

    /** Asks the database for its time, some times over; the quickest answer is the most exact. */
    public void compare(DataSource database) {
        var jdbc = JdbcClient.create(database);
        Duration quickest = null;
        Duration measured = Duration.ZERO;
        for (int sample = 0; sample < SAMPLES; sample++) {
            long began = System.nanoTime();
            Instant before = machine.instant();
            Instant told =
                    jdbc.sql("SELECT CURRENT_TIMESTAMP")
                            .query(OffsetDateTime.class)
                            .single()
                            .toInstant();
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            Duration byTheClock = Duration.between(before, machine.instant());
            if (byTheClock.minus(took).abs().compareTo(STEP) > 0) {
                // Somebody has set the machine's clock meanwhile.
                continue;
            }
            if (quickest == null || took.compareTo(quickest) < 0) {
                quickest = took;
                measured = Duration.between(before.plus(took.dividedBy(2)), told);
            }
        }
        if (quickest == null) {
            return;
        }
        boolean explained = measured.abs().compareTo(quickest.dividedBy(2).plus(ROUNDING)) <= 0;
        Duration found = explained ? Duration.ZERO : measured;
        if (found.minus(difference).abs().compareTo(WORTH_A_WARNING) >= 0) {
            LOG.warn(
                    "This machine's clock and the database's differ by {} ms; the hub goes by the"
                            + " database's. Have both set by NTP",
                    found.toMillis());
        }
        difference = found;
    }
}
