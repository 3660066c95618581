package org.coexhub.outbound.command.store;

import org.coexhub.event.Wamid;
import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.CommandState;
import org.coexhub.outbound.command.StatusSeen;
import org.coexhub.outbound.command.StoredCommand;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.transaction.support.TransactionTemplate;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import javax.sql.DataSource;

/**
 * Brings delivery statuses together with the commands they are about.
 *
 * <p>A status can overtake Graph's answer. With callback data that is no trouble, the command's row exists before Graph
 * is called. Without, only the wamid could tell, and that is not known yet: the status is put aside as long as a command
 * is on its way, and joined when the answer is recorded. Answer and status may be recorded at the very same moment, each
 * unseen by the other; the periodic {@link #joinAllEarly} catches that.
 *
 * <p>The rows concerned are locked in the order of their ids, so that two batches never wait for each other in a circle.
 */
public final class StatusStore {

    private static final String LOCK =
            """
            SELECT * FROM command WHERE id IN (:ids) OR wamid IN (:wamids) ORDER BY id FOR UPDATE
            """;

    private static final String APPLY =
            """
            UPDATE command
            SET state = :state, reason = :reason, error_code = :errorCode, wamid = COALESCE(wamid, :wamid),
                announced = announced AND :quiet, waits_for = NULL, wake_at = NULL, changed_at = :now
            WHERE id = :id
            """;

    /** The next command of each recipient may go on, where it waits for one that has ended. */
    private static final String WAKE_NEXT =
            """
            UPDATE command SET wake_at = :now WHERE id IN (
                SELECT (SELECT n.id FROM command n
                        WHERE n.phone_number_id = d.phone_number_id AND n.recipient = d.recipient
                          AND n.state = 'queued' AND n.waits_for = 'earlier'
                        ORDER BY n.seq LIMIT 1)
                FROM command d WHERE d.id IN (:ids))
            """;

    private static final String ON_THE_WAY =
            "SELECT COUNT(*) FROM command WHERE state IN ('sending', 'unresolved')";

    private static final String PUT_ASIDE =
            """
            INSERT INTO command_early_status (wamid, status, at, error_code, reason, seen_at)
            VALUES (:wamid, :status, :at, :errorCode, :reason, :now) ON CONFLICT DO NOTHING
            """;

    private static final String EARLY =
            "SELECT wamid, status, at, error_code, reason FROM command_early_status WHERE wamid IN"
                    + " (:wamids)";

    private static final String EARLY_WITH_COMMAND =
            "SELECT DISTINCT e.wamid FROM command_early_status e JOIN command c ON c.wamid ="
                    + " e.wamid";

    private static final String DROP_EARLY =
            "DELETE FROM command_early_status WHERE wamid IN (:wamids)";

    private static final String DROP_OLD =
            "DELETE FROM command_early_status WHERE seen_at < :before";

    private static final int STATUS_LENGTH = 32;

    private final NamedParameterJdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final InstantSource clock;

    public StatusStore(DataSource database, TransactionTemplate transaction, InstantSource clock) {
        this.jdbc = new NamedParameterJdbcTemplate(database);
        this.transaction = transaction;
        this.clock = clock;
    }

    /** Takes statuses of many messages at once; returns the commands whose outcome became known by it. */
    public List<StoredCommand> apply(List<StatusSeen> seen) {
        List<StatusSeen> known =
                seen.stream()
                        .filter(status -> CommandState.ofStatus(status.status()).isPresent())
                        .toList();
        if (known.isEmpty()) {
            return List.of();
        }
        return transaction.execute(status -> applyKnown(known));
    }

    private List<StoredCommand> applyKnown(List<StatusSeen> seen) {
        var byId = new HashMap<CommandId, Progress>();
        var byWamid = new HashMap<Wamid, Progress>();
        for (StoredCommand command : lock(seen)) {
            var progress = new Progress(command);
            byId.put(command.id(), progress);
            if (command.wamid() != null) {
                byWamid.put(command.wamid(), progress);
            }
        }
        var unmatched = new ArrayList<StatusSeen>();
        for (StatusSeen status : seen) {
            Progress progress = status.command() == null ? null : byId.get(status.command());
            if (progress == null) {
                progress = byWamid.get(status.wamid());
            }
            if (progress != null) {
                progress.take(status);
            } else if (status.command() == null) {
                unmatched.add(status);
            }
        }
        putAside(unmatched);
        return write(byId.values());
    }

    private List<StoredCommand> lock(List<StatusSeen> seen) {
        Set<String> ids = new LinkedHashSet<>();
        Set<String> wamids = new LinkedHashSet<>();
        for (StatusSeen status : seen) {
            wamids.add(status.wamid().value());
            if (status.command() != null) {
                ids.add(status.command().value());
            }
        }
        if (ids.isEmpty()) {
            ids.add("");
        }
        var parameters = new MapSqlParameterSource("ids", ids).addValue("wamids", wamids);
        return jdbc.query(LOCK, parameters, CommandRows::read);
    }

    private List<StoredCommand> write(Collection<Progress> all) {
        var updates = new ArrayList<SqlParameterSource>();
        var notes = new ArrayList<SqlParameterSource>();
        var resolved = new ArrayList<CommandId>();
        var ended = new ArrayList<String>();
        for (Progress progress : all) {
            if (!progress.steps.isEmpty()) {
                updates.add(progress.update(clock.instant()));
                notes.addAll(progress.notes());
                if (progress.command.state().isOpen() && !progress.state.isOpen()) {
                    ended.add(progress.command.id().value());
                }
                if (progress.news) {
                    resolved.add(progress.command.id());
                }
            }
        }
        if (updates.isEmpty()) {
            return List.of();
        }
        jdbc.batchUpdate(APPLY, updates.toArray(SqlParameterSource[]::new));
        jdbc.batchUpdate(Transitions.NOTE, notes.toArray(SqlParameterSource[]::new));
        if (!ended.isEmpty()) {
            jdbc.update(WAKE_NEXT, Map.of("ids", ended, "now", SqlTimes.millis(clock.instant())));
        }
        return resolved.isEmpty() ? List.of() : reload(resolved);
    }

    private List<StoredCommand> reload(List<CommandId> ids) {
        return jdbc.query(
                "SELECT * FROM command WHERE id IN (:ids) ORDER BY seq",
                new MapSqlParameterSource("ids", ids.stream().map(CommandId::value).toList()),
                CommandRows::read);
    }

    private void putAside(List<StatusSeen> unmatched) {
        if (unmatched.isEmpty()) {
            return;
        }
        Long onTheWay = jdbc.queryForObject(ON_THE_WAY, Map.of(), Long.class);
        if (onTheWay == null || onTheWay == 0) {
            return;
        }
        SqlParameterSource[] rows =
                unmatched.stream()
                        .filter(status -> status.status().length() <= STATUS_LENGTH)
                        .map(
                                status ->
                                        (SqlParameterSource)
                                                new MapSqlParameterSource(
                                                                "wamid", status.wamid().value())
                                                        .addValue("status", status.status())
                                                        .addValue(
                                                                "at", SqlTimes.millis(status.at()))
                                                        .addValue("errorCode", status.errorCode())
                                                        .addValue("reason", status.reason())
                                                        .addValue(
                                                                "now",
                                                                SqlTimes.millis(clock.instant())))
                        .toArray(SqlParameterSource[]::new);
        jdbc.batchUpdate(PUT_ASIDE, rows);
    }

    /** Applies what was put aside for these messages. */
    public void joinEarly(Collection<Wamid> wamids) {
        List<String> values = wamids.stream().map(Wamid::value).toList();
        transaction.executeWithoutResult(
                status -> {
                    var parameters = new MapSqlParameterSource("wamids", values);
                    List<StatusSeen> early =
                            jdbc.query(
                                    EARLY,
                                    parameters,
                                    (rs, row) ->
                                            new StatusSeen(
                                                    null,
                                                    new Wamid(rs.getString("wamid")),
                                                    rs.getString("status"),
                                                    SqlTimes.read(rs, "at"),
                                                    rs.getObject("error_code", Integer.class),
                                                    rs.getString("reason")));
                    if (!early.isEmpty()) {
                        apply(early);
                        jdbc.update(DROP_EARLY, parameters);
                    }
                });
    }

    /** Applies what was put aside for any known message, and drops what waited since before that time. */
    public void joinAllEarly(Instant olderThan) {
        List<Wamid> joined =
                jdbc.query(EARLY_WITH_COMMAND, (rs, row) -> new Wamid(rs.getString(1)));
        if (!joined.isEmpty()) {
            joinEarly(new HashSet<>(joined));
        }
        jdbc.update(DROP_OLD, Map.of("before", SqlTimes.millis(olderThan)));
    }

    /** One command while the statuses of a batch pass over it. */
    private static final class Progress {

        private final StoredCommand command;
        private final Map<CommandState, StatusSeen> steps = new LinkedHashMap<>();
        private CommandState state;
        private String reason;
        private boolean news;

        Progress(StoredCommand command) {
            this.command = command;
            this.state = command.state();
            this.reason = command.reason();
        }

        void take(StatusSeen status) {
            CommandState next = CommandState.ofStatus(status.status()).orElseThrow();
            if (state.canBecomeByStatus(next, reason)) {
                news |= state.isNewsWhenBecoming(next);
                state = next;
                reason = status.reason();
                steps.put(next, status);
            }
        }

        SqlParameterSource update(Instant now) {
            StatusSeen last = steps.get(state);
            return new MapSqlParameterSource("id", command.id().value())
                    .addValue("state", state.wireName())
                    .addValue("reason", last.reason())
                    .addValue("errorCode", last.errorCode())
                    .addValue("wamid", last.wamid().value())
                    .addValue("quiet", !news)
                    .addValue("now", SqlTimes.millis(now));
        }

        /** Meta's clock and ours differ, and Meta counts in seconds: no step is noted as earlier than the one before. */
        List<SqlParameterSource> notes() {
            var notes = new ArrayList<SqlParameterSource>();
            Instant earliest = command.changedAt();
            for (Map.Entry<CommandState, StatusSeen> step : steps.entrySet()) {
                Instant at =
                        step.getValue().at().isBefore(earliest) ? earliest : step.getValue().at();
                earliest = at;
                notes.add(
                        new MapSqlParameterSource("id", command.id().value())
                                .addValue("state", step.getKey().wireName())
                                .addValue("at", SqlTimes.millis(at))
                                .addValue("reason", step.getValue().reason()));
            }
            return notes;
        }
    }
}
