package org.coexhub.outbound.cost;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A question to the ledger.
 *
 * @param from first day, UTC
 * @param to last day, UTC
 * @param number phone number id, or null for all
 * @param groupBy what the rows tell apart
 */
public record CostQuery(LocalDate from, LocalDate to, String number, Set<Dimension> groupBy) {

    private static final int MOST_DAYS = 366;

    /** @throws IllegalArgumentException the span is empty or longer than a year */
    public CostQuery {
        if (to.isBefore(from)) {
            throw new IllegalArgumentException(
                    "to has to be from or a later day, was " + to + " with from " + from);
        }
        if (ChronoUnit.DAYS.between(from, to) >= MOST_DAYS) {
            throw new IllegalArgumentException(
                    "from and to can be " + MOST_DAYS + " days apart at most; ask year by year");
        }
    }

    /** What rows can be told apart by; each is a column of the answer. */
    public enum Dimension {
        DAY("on_day"),
        NUMBER("number_id"),
        CATEGORY("category"),
        TYPE("type"),
        MODEL("model"),
        SOURCE("COALESCE(source, CASE WHEN app THEN 'app' ELSE 'other' END)");

        private final String sql;

        Dimension(String sql) {
            this.sql = sql;
        }

        String sql() {
            return sql;
        }

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Reads a list such as {@code day,category}; an empty one asks for the total alone.
     *
     * @throws IllegalArgumentException a name is not one of the dimensions
     */
    public static Set<Dimension> dimensions(String list) {
        Set<Dimension> dimensions = EnumSet.noneOf(Dimension.class);
        for (String name : list.split(",")) {
            if (!name.isBlank()) {
                dimensions.add(dimension(name.strip()));
            }
        }
        return dimensions;
    }

    private static Dimension dimension(String name) {
        return Arrays.stream(Dimension.values())
                .filter(dimension -> dimension.wireName().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "groupBy takes "
                                                + Arrays.stream(Dimension.values())
                                                        .map(Dimension::wireName)
                                                        .collect(Collectors.joining(", "))
                                                + ", separated by commas"));
    }
}
