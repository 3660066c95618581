package org.coexhub.outbound.graph;

import org.coexhub.outbound.graph.GraphResult.Refused;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Tells what to do about each of Meta's error codes; the table itself is the resource {@code graph-errors.csv}. */
public final class ErrorTable {

    private static final String RESOURCE = "graph-errors.csv";
    private static final int COLUMNS = 8;
    private static final int SERVER_ERROR = 500;

    /** What the sender does. */
    public enum Action {
        /** Meta refused it for now: the same command again, later. */
        RETRY,
        /** Meta may have taken it. */
        UNKNOWN,
        /** It fails. */
        FAIL,
        /** It fails; a template would get through. */
        FAIL_TEMPLATE,
        /** It fails, and so would the next to this recipient. */
        FAIL_RECIPIENT,
        /** It waits, with everything of its number, until a probe gets through. */
        STOP_NUMBER,
        /** It fails, and everything else of its number waits until a probe gets through. */
        STOP_NUMBER_FAIL
    }

    /** Who has to do something about it. */
    public enum Tell {
        CALLER,
        OPERATOR,
        NOBODY
    }

    /**
     * One row.
     *
     * @param name the reason that callers and operators see
     * @param first wait before the second try; null where there is none
     * @param longest no wait is longer than this
     * @param factor by which each wait is longer than the one before
     */
    public record Row(
            int from,
            int to,
            String name,
            Action action,
            Duration first,
            Duration longest,
            int factor,
            Tell tell,
            String meaning) {

        /** @param tries how often it was tried already, from 1 */
        public Duration wait(int tries) {
            double wait = first.toMillis() * Math.pow(factor, Math.max(0, tries - 1));
            return wait >= longest.toMillis() ? longest : Duration.ofMillis((long) wait);
        }
    }

    private static final Row REFUSED =
            new Row(
                    0,
                    0,
                    "refused_by_meta",
                    Action.FAIL,
                    null,
                    null,
                    1,
                    Tell.CALLER,
                    "code not known to the hub");

    private static final Row UNKNOWN =
            new Row(
                    0,
                    0,
                    "outcome_unknown",
                    Action.UNKNOWN,
                    null,
                    null,
                    1,
                    Tell.NOBODY,
                    "error on Meta's side");

    private static final Row COME_LATER =
            new Row(
                    0,
                    0,
                    "rate_limit",
                    Action.RETRY,
                    Duration.ofSeconds(5),
                    Duration.ofMinutes(5),
                    2,
                    Tell.NOBODY,
                    "asked to come later");

    /** The token does not let anybody send, whatever the message. */
    public static final String TOKEN_INVALID = "token_invalid";

    /** Graph cannot be reached at all. */
    public static final Row UNREACHABLE =
            new Row(
                    0,
                    0,
                    "graph_unreachable",
                    Action.RETRY,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(30),
                    2,
                    Tell.OPERATOR,
                    "no connection to Graph");

    private final TreeMap<Integer, Row> rows;

    private ErrorTable(TreeMap<Integer, Row> rows) {
        this.rows = rows;
    }

    public static ErrorTable load() {
        try (InputStream csv = ErrorTable.class.getResourceAsStream(RESOURCE)) {
            return parse(new String(csv.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ErrorTable parse(String csv) {
        var rows = new TreeMap<Integer, Row>();
        csv.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .forEach(
                        line -> {
                            Row row = row(line);
                            Map.Entry<Integer, Row> before = rows.floorEntry(row.to());
                            if (before != null && before.getValue().to() >= row.from()) {
                                throw new IllegalArgumentException("code is listed twice: " + line);
                            }
                            rows.put(row.from(), row);
                        });
        return new ErrorTable(rows);
    }

    private static Row row(String line) {
        String[] column = line.split(";", -1);
        if (column.length != COLUMNS) {
            throw new IllegalArgumentException("needs " + COLUMNS + " columns: " + line);
        }
        String[] range = column[0].split("-");
        return new Row(
                Integer.parseInt(range[0]),
                Integer.parseInt(range[range.length - 1]),
                column[1],
                Action.valueOf(column[2]),
                seconds(column[3]),
                seconds(column[4]),
                column[5].isEmpty() ? 1 : Integer.parseInt(column[5]),
                Tell.valueOf(column[6].toUpperCase(Locale.ROOT)),
                column[7]);
    }

    private static Duration seconds(String column) {
        return column.isEmpty() ? null : Duration.ofSeconds(Long.parseLong(column));
    }

    /** The code decides, whatever the HTTP status; for a code nobody knows the status is all there is. */
    public Row find(Refused refusal) {
        if (refusal.coded()) {
            Row row = find(refusal.code());
            if (row != null) {
                return row;
            }
        }
        if (refusal.httpStatus() >= SERVER_ERROR) {
            return UNKNOWN;
        }
        return switch (refusal.httpStatus()) {
            case 408, 425, 429 -> COME_LATER;
            case 401 -> find(190);
            default -> REFUSED;
        };
    }

    /** Null for a code nobody knows. */
    public Row find(int code) {
        Map.Entry<Integer, Row> entry = rows.floorEntry(code);
        return entry != null && entry.getValue().to() >= code ? entry.getValue() : null;
    }

    /** The reason to give for an error code that a status brought; the same words as for a refused send. */
    public String reasonOf(int code) {
        Row row = find(code);
        return row == null ? REFUSED.name() : row.name();
    }

    /** Whether a command that was put back for this reason is tried again without anybody's doing. */
    public boolean isPassing(String reason) {
        return UNREACHABLE.name().equals(reason)
                || rows.values().stream()
                        .anyMatch(row -> row.action() == Action.RETRY && row.name().equals(reason));
    }

    public List<Row> rows() {
        return List.copyOf(rows.values());
    }
}
