package org.coexhub.outbound.command.validation;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * A time that the database can hold: after 1970 and before the year 9999. Java can read a thousand million years
 * of them, and a row that holds one that the database cannot read back stops all that need the row.
 */
public final class StorableTime {

    private static final Instant LAST = Instant.parse("9999-01-01T00:00:00Z");

    private StorableTime() {}

    /**
     * @param text a time with its offset, such as 2026-11-22T18:00:00Z
     * @return empty where it is none, or none that can be stored
     */
    public static Optional<Instant> in(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant())
                    .filter(time -> time.isAfter(Instant.EPOCH) && time.isBefore(LAST));
        } catch (DateTimeException unreadable) {
            return Optional.empty();
        }
    }
}
