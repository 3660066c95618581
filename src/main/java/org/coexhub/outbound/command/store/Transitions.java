package org.coexhub.outbound.command.store;

import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.CommandState;
import org.coexhub.outbound.command.StoredCommand.Transition;
import org.coexhub.outbound.command.TransitionDetails;
import org.coexhub.outbound.command.store.CommandStore.Sent;
import org.coexhub.platform.store.SqlArrays;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;

import javax.sql.DataSource;

/**
 * Carries out the steps from state to state.
 *
 * <p><b>Why no state is ever wrong.</b> A state changes only through {@link #change}, which first asks
 * {@link CommandState#canBecome} and then updates the row on condition that it still is in the expected state. Whoever
 * comes second (another node with a second pointer, a status that was faster than Graph's answer) changes nothing and
 * is told so. The same transaction records the step, and marks the command as not yet announced when the step is an
 * outcome; so a crash before the event is published leaves a row that says what is missing.
 */
public final class Transitions {

    static final String NOTE =
            "INSERT INTO command_transition (command_id, state, at, reason) VALUES (:id, :state,"
                    + " :at, :reason)";

    private static final String CHANGE =
            """
            UPDATE command
            SET state = :next, reason = :reason, error_code = :errorCode, error_detail = :errorDetail,
                wamid = COALESCE(:wamid, wamid), wa_id = COALESCE(:waId, wa_id), user_id = COALESCE(:userId, user_id),
                attempts = attempts + :attempt, fallback = fallback OR :fallback, resent = resent OR :resent,
                waits_for = :waitsFor, wake_at = :wakeAt, announced = announced AND :quiet,
                called_at = COALESCE(:calledAt, called_at), changed_at = :at
            WHERE id = :id AND state = :expected
            """;

    private static final String LEARN_WAMID =
            """
            UPDATE command SET wamid = COALESCE(wamid, :wamid), wa_id = COALESCE(:waId, wa_id),
                               user_id = COALESCE(:userId, user_id)
            WHERE id = :id
            """;

    private static final String LOCK =
            "SELECT 1 FROM command WHERE id = ANY (?) ORDER BY id FOR UPDATE";

    /** As {@link #CHANGE}, from {@code sending} to {@code sent}. */
    private static final String SENT =
            """
            UPDATE command c
            SET state = 'sent', reason = NULL, error_code = NULL, error_detail = NULL,
                wamid = COALESCE(s.wamid, c.wamid), wa_id = COALESCE(s.wa_id, c.wa_id),
                user_id = COALESCE(s.user_id, c.user_id),
                waits_for = NULL, wake_at = NULL, announced = FALSE, changed_at = ?
            FROM unnest(?::varchar[], ?::varchar[], ?::varchar[], ?::varchar[]) AS s (id, wamid, wa_id, user_id)
            WHERE c.id = s.id AND c.state = 'sending'
            RETURNING c.id
            """;

    /** As {@link #CHANGE}, from {@code accepted} to {@code queued}. */
    private static final String QUEUE =
            """
            UPDATE command SET state = 'queued', waits_for = NULL, wake_at = ?, changed_at = ?
            WHERE id = ANY (?) AND state = 'accepted'
            RETURNING id
            """;

    /** As {@link #CHANGE}, from {@code queued} to {@code sending}. */
    private static final String BEGIN =
            """
            UPDATE command c
            SET state = 'sending', reason = CASE WHEN b.fallback THEN 'fallback_template' END,
                error_code = NULL, error_detail = NULL, attempts = attempts + 1,
                fallback = c.fallback OR b.fallback, waits_for = NULL, wake_at = ?, called_at = ?, changed_at = ?
            FROM unnest(?::varchar[], ?::boolean[]) AS b (id, fallback)
            WHERE c.id = b.id AND c.state = 'queued'
            RETURNING c.id, c.reason
            """;

    private static final String NOTE_BEGUN =
            "INSERT INTO command_transition (command_id, state, at, reason) SELECT id, 'sending',"
                    + " ?, reason FROM unnest(?::varchar[], ?::varchar[]) AS n (id, reason)";

    private static final String NOTE_ALL =
            "INSERT INTO command_transition (command_id, state, at) SELECT id, ?, ? FROM"
                    + " unnest(?::varchar[]) AS id";

    private static final String WAKE_NEXT =
            """
            UPDATE command SET wake_at = :at WHERE id = (
                SELECT n.id FROM command n
                JOIN command d ON d.phone_number_id = n.phone_number_id AND d.recipient = n.recipient
                WHERE d.id = :id AND n.state = 'queued' AND n.waits_for = 'earlier'
                ORDER BY n.seq LIMIT 1)
            """;

    private static final String WAKE_NEXT_OF =
            """
            UPDATE command SET wake_at = ? WHERE id IN (
                SELECT (SELECT n.id FROM command n
                        WHERE n.phone_number_id = d.phone_number_id AND n.recipient = d.recipient
                          AND n.state = 'queued' AND n.waits_for = 'earlier'
                        ORDER BY n.seq LIMIT 1)
                FROM command d WHERE d.id = ANY (?))
            """;

    private static final String STEPS =
            "SELECT state, at, reason FROM command_transition WHERE command_id = :id ORDER BY seq";

    private final JdbcClient jdbc;
    private final JdbcTemplate rows;
    private final TransactionTemplate transaction;
    private final AtomicBoolean someoneWoken = new AtomicBoolean();

    public Transitions(DataSource database, TransactionTemplate transaction) {
        this.jdbc = JdbcClient.create(database);
        this.rows = new JdbcTemplate(database);
        this.transaction = transaction;
    }

    /**
     * The only way to change a state.
     *
     * @return false when the command is no longer in the expected state; nothing has changed then
     * @throws IllegalArgumentException the step is not one of {@link CommandState}
     */
    public boolean change(
            CommandId id,
            CommandState expected,
            CommandState next,
            TransitionDetails change,
            Instant now) {
        if (!expected.canBecome(next)) {
            throw new IllegalArgumentException(expected + " cannot become " + next);
        }
        return Boolean.TRUE.equals(
                transaction.execute(
                        status -> {
                            int changed =
                                    jdbc.sql(CHANGE)
                                            .paramSource(
                                                    parameters(change)
                                                            .addValue("id", id.value())
                                                            .addValue(
                                                                    "expected", expected.wireName())
                                                            .addValue("next", next.wireName())
                                                            .addValue(
                                                                    "quiet",
                                                                    !expected.isNewsWhenBecoming(
                                                                            next))
                                                            .addValue(
                                                                    "calledAt",
                                                                    next == CommandState.SENDING
                                                                            ? SqlTimes.millis(now)
                                                                            : null)
                                                            .addValue("at", SqlTimes.millis(now)))
                                            .update();
                            if (changed == 0) {
                                return false;
                            }
                            note(id, next, now, change.reason());
                            if (expected.isOpen() && !next.isOpen()) {
                                wakeNext(id, now);
                            }
                            return true;
                        }));
    }

    private void wakeNext(CommandId id, Instant now) {
        int woken =
                jdbc.sql(WAKE_NEXT)
                        .param("id", id.value())
                        .param("at", SqlTimes.millis(now))
                        .update();
        if (woken > 0) {
            someoneWoken.set(true);
        }
    }

    /**
     * Moves queued commands to {@code sending}, in a few statements however many there are: a call to Graph begins for each.
     *
     * @param commands whether each goes out as its fallback template
     * @param lost when a call that has told nothing is taken for interrupted
     * @return those that were moved; the others are no longer queued, and nobody may call for them
     */
    public Set<CommandId> begin(Map<CommandId, Boolean> commands, Instant lost, Instant now) {
        return transaction.execute(
                status -> {
                    List<CommandId> order = List.copyOf(commands.keySet());
                    List<String> ids = order.stream().map(CommandId::value).toList();
                    lock(ids);
                    Map<String, String> reasons = new LinkedHashMap<>();
                    rows.query(
                            BEGIN,
                            statement -> {
                                statement.setObject(1, SqlTimes.millis(lost));
                                statement.setObject(2, SqlTimes.millis(now));
                                statement.setObject(3, SqlTimes.millis(now));
                                statement.setArray(4, SqlArrays.text(statement, ids));
                                statement.setArray(
                                        5,
                                        SqlArrays.booleans(
                                                statement,
                                                order.stream().map(commands::get).toList()));
                            },
                            row -> {
                                reasons.put(row.getString("id"), row.getString("reason"));
                            });
                    rows.update(
                            NOTE_BEGUN,
                            statement -> {
                                statement.setObject(1, SqlTimes.millis(now));
                                statement.setArray(2, SqlArrays.text(statement, reasons.keySet()));
                                statement.setArray(3, SqlArrays.text(statement, reasons.values()));
                            });
                    return reasons.keySet().stream()
                            .map(CommandId::new)
                            .collect(Collectors.toSet());
                });
    }

    /** Moves new commands to {@code queued}, in a few statements however many there are; those that went further stay. */
    public void queue(List<CommandId> all, Instant wakeAt, Instant now) {
        transaction.executeWithoutResult(
                status -> {
                    List<String> ids = all.stream().map(CommandId::value).toList();
                    lock(ids);
                    List<String> moved =
                            rows.query(
                                    QUEUE,
                                    statement -> {
                                        statement.setObject(1, SqlTimes.millis(wakeAt));
                                        statement.setObject(2, SqlTimes.millis(now));
                                        statement.setArray(3, SqlArrays.text(statement, ids));
                                    },
                                    (row, i) -> row.getString(1));
                    noteAll(moved, CommandState.QUEUED, now);
                });
    }

    private void noteAll(List<String> ids, CommandState state, Instant now) {
        rows.update(
                NOTE_ALL,
                statement -> {
                    statement.setString(1, state.wireName());
                    statement.setObject(2, SqlTimes.millis(now));
                    statement.setArray(3, SqlArrays.text(statement, ids));
                });
    }

    private void lock(List<String> ids) {
        rows.query(
                LOCK,
                statement -> statement.setArray(1, SqlArrays.text(statement, ids)),
                locked -> {});
    }

    /**
     * Moves those that are being sent to {@code sent}, in a few statements however many there are. Their rows are locked in
     * the order of their ids, as statuses lock them.
     *
     * @return those that were moved
     */
    public Set<CommandId> sent(List<Sent> all, Instant now) {
        return transaction.execute(
                status -> {
                    List<String> ids = texts(all, sent -> sent.id().value());
                    lock(ids);
                    List<String> moved = move(all, ids, now);
                    noteAll(moved, CommandState.SENT, now);
                    wakeNextOf(moved, now);
                    return moved.stream().map(CommandId::new).collect(Collectors.toSet());
                });
    }

    private List<String> move(List<Sent> all, List<String> ids, Instant now) {
        return rows.query(
                SENT,
                statement -> {
                    statement.setObject(1, SqlTimes.millis(now));
                    statement.setArray(2, SqlArrays.text(statement, ids));
                    statement.setArray(
                            3, SqlArrays.text(statement, texts(all, Transitions::wamid)));
                    statement.setArray(4, SqlArrays.text(statement, texts(all, Sent::waId)));
                    statement.setArray(5, SqlArrays.text(statement, texts(all, Sent::userId)));
                },
                (row, i) -> row.getString(1));
    }

    private static String wamid(Sent sent) {
        return sent.wamid() == null ? null : sent.wamid().value();
    }

    /** With its nulls. */
    private static List<String> texts(List<Sent> all, Function<Sent, String> value) {
        return all.stream().map(value).collect(Collectors.toCollection(ArrayList::new));
    }

    /** The next command of each recipient may go on, where it waits for one of these, which have ended. */
    void wakeNextOf(List<String> ended, Instant now) {
        int woken =
                rows.update(
                        WAKE_NEXT_OF,
                        statement -> {
                            statement.setObject(1, SqlTimes.millis(now));
                            statement.setArray(2, SqlArrays.text(statement, ended));
                        });
        if (woken > 0) {
            someoneWoken.set(true);
        }
    }

    /** Whether an end has woken the recipient's next command since this was last asked; one may have to wait for its commit. */
    boolean hasWoken() {
        return someoneWoken.get() && someoneWoken.getAndSet(false);
    }

    /** Keeps what Meta's answer told of a command whose state has gone further by itself. */
    public void learn(CommandId id, TransitionDetails change) {
        jdbc.sql(LEARN_WAMID).paramSource(parameters(change).addValue("id", id.value())).update();
    }

    public List<Transition> of(CommandId id) {
        return jdbc.sql(STEPS)
                .param("id", id.value())
                .query(
                        (rs, row) ->
                                new Transition(
                                        CommandState.ofWireName(rs.getString("state")),
                                        SqlTimes.read(rs, "at"),
                                        rs.getString("reason")))
                .list();
    }

    /** Records a step that the caller wrote itself, such as the first. */
    public void note(CommandId id, CommandState state, Instant now, String reason) {
        jdbc.sql(NOTE)
                .param("id", id.value())
                .param("state", state.wireName())
                .param("at", SqlTimes.millis(now))
                .param("reason", reason)
                .update();
    }

    private static MapSqlParameterSource parameters(TransitionDetails change) {
        return new MapSqlParameterSource()
                .addValue("reason", change.reason())
                .addValue("errorCode", change.errorCode())
                .addValue("errorDetail", change.errorDetail())
                .addValue("wamid", change.wamid() == null ? null : change.wamid().value())
                .addValue("waId", change.waId())
                .addValue("userId", change.userId())
                .addValue("attempt", change.attempt() ? 1 : 0)
                .addValue("fallback", change.fallback())
                .addValue("resent", change.resent())
                .addValue("waitsFor", change.waitsFor() == null ? null : change.waitsFor().column())
                .addValue("wakeAt", SqlTimes.millis(change.wakeAt()));
    }
}
