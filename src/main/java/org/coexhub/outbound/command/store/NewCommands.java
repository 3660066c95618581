package org.coexhub.outbound.command.store;

import static org.coexhub.outbound.command.store.KeyStore.array;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.outbound.command.Acceptance;
import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.CommandState;
import org.coexhub.outbound.command.TransitionDetails;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;

/**
 * Stores new commands, many with the statements of one.
 *
 * <p><b>Why one key makes one command.</b> Keys and commands are inserted in one transaction, the keys first. A concurrent
 * transaction with one of the keys waits for this one, then finds the key taken and reads the first answer. Of two
 * commands within one transaction the later finds the key taken as well.
 */
final class NewCommands {

    /** Numbered in the order in which they were handed in, which is that of their sending. */
    private static final String INSERT =
            """
            INSERT INTO command (id, phone_number_id, recipient, origin, body, state, wake_at, expires_at,
                                 accepted_at, changed_at)
            SELECT n.id, n.phone_number_id, n.recipient, n.origin, n.body, 'accepted', :wakeAt, n.expires_at, :at, :at
            FROM unnest(:ids, :numbers, :recipients, :origins, :bodies, :expiries) WITH ORDINALITY
                AS n (id, phone_number_id, recipient, origin, body, expires_at, place)
            ORDER BY n.place
            """;

    private static final String NOTE =
            """
            INSERT INTO command_transition (command_id, state, at)
            SELECT n.id, 'accepted', :at FROM unnest(:ids) WITH ORDINALITY AS n (id, place) ORDER BY n.place
            """;

    private static final String STATES =
            "SELECT id, state, phone_number_id, recipient FROM command WHERE id = ANY (:ids)";

    /** A command that gets the key, if it is free. */
    private record Candidate(CommandId id, Submission submission) {

        KeyStore.Use use() {
            return new KeyStore.Use(submission.hash(), id);
        }

        boolean isHeld(Instant now) {
            Instant sendAt = submission.command().options().sendAt();
            return sendAt != null && sendAt.isAfter(now);
        }

        Acceptance answer(Instant now, boolean fresh) {
            return new Acceptance(
                    id,
                    isHeld(now) ? CommandState.HELD : CommandState.ACCEPTED,
                    submission.command().group(),
                    fresh);
        }
    }

    private final JdbcClient jdbc;
    private final KeyStore keys;
    private final Transitions transitions;
    private final GroupRows groups;

    NewCommands(JdbcClient jdbc, KeyStore keys, Transitions transitions) {
        this.jdbc = jdbc;
        this.keys = keys;
        this.transitions = transitions;
        this.groups = new GroupRows(jdbc);
    }

    /**
     * To be called in a transaction.
     *
     * @return for each in its place; empty where the key belongs to different JSON
     */
    List<Optional<Acceptance>> accept(List<Submission> submissions, Instant now) {
        var candidates = new LinkedHashMap<KeyStore.Key, Candidate>();
        for (Submission submission : submissions) {
            candidates.computeIfAbsent(
                    keyOf(submission), key -> new Candidate(CommandId.next(now), submission));
        }
        Set<CommandId> taken = take(candidates, now);
        List<Candidate> fresh =
                candidates.values().stream().filter(each -> taken.contains(each.id)).toList();
        if (!fresh.isEmpty()) {
            insert(fresh, now);
        }
        Map<KeyStore.Key, KeyStore.Use> uses = knownUses(candidates, taken);
        Map<CommandId, Acceptance> answers = statesOf(uses.values());
        for (Candidate each : fresh) {
            uses.put(keyOf(each.submission), each.use());
            answers.put(each.id, each.answer(now, false));
        }
        return submissions.stream()
                .map(
                        each -> {
                            Candidate candidate = candidates.get(keyOf(each));
                            return taken.remove(candidate.id)
                                    ? Optional.of(candidate.answer(now, true))
                                    : firstAnswer(each, uses.get(keyOf(each)), answers);
                        })
                .toList();
    }

    private Map<KeyStore.Key, KeyStore.Use> knownUses(
            Map<KeyStore.Key, Candidate> candidates, Set<CommandId> taken) {
        return keys.find(
                candidates.entrySet().stream()
                        .filter(each -> !taken.contains(each.getValue().id))
                        .map(Map.Entry::getKey)
                        .toList());
    }

    private static KeyStore.Key keyOf(Submission submission) {
        return KeyStore.Key.of(submission.key(), submission.caller());
    }

    private Set<CommandId> take(Map<KeyStore.Key, Candidate> candidates, Instant now) {
        var uses = new LinkedHashMap<KeyStore.Key, KeyStore.Use>();
        candidates.forEach((key, candidate) -> uses.put(key, candidate.use()));
        return keys.take(uses, now);
    }

    private static Optional<Acceptance> firstAnswer(
            Submission submission, KeyStore.Use first, Map<CommandId, Acceptance> answers) {
        if (first == null) {
            throw new NoSuchElementException("the key's life has just ended");
        }
        if (!first.hash().equals(submission.hash())) {
            return Optional.empty();
        }
        return Optional.of(
                answers.getOrDefault(
                        first.id(), new Acceptance(first.id(), CommandState.CANCELLED, "", false)));
    }

    private void insert(List<Candidate> fresh, Instant now) {
        SqlArrayValue ids = array(fresh, each -> each.id.value());
        jdbc.sql(INSERT)
                .param("ids", ids)
                .param("numbers", array(fresh, each -> each.submission.command().from().value()))
                .param("recipients", array(fresh, NewCommands::recipient))
                .param("origins", array(fresh, each -> each.submission.caller().origin()))
                .param("bodies", array(fresh, each -> each.submission.body()))
                .param("expiries", expiries(fresh))
                .param("wakeAt", SqlTimes.millis(now.plus(CommandSchedule.UNQUEUED_AFTER)))
                .param("at", SqlTimes.millis(now))
                .update();
        jdbc.sql(NOTE).param("ids", ids).param("at", SqlTimes.millis(now)).update();
        for (Candidate each : fresh) {
            if (each.isHeld(now)) {
                Instant sendAt = each.submission.command().options().sendAt();
                transitions.change(
                        each.id,
                        CommandState.ACCEPTED,
                        CommandState.HELD,
                        TransitionDetails.because("send_at").wakingAt(null, sendAt),
                        now);
            }
        }
    }

    private static String recipient(Candidate each) {
        return each.submission.command().isReceipt()
                ? null
                : each.submission.command().recipient().key();
    }

    private static SqlArrayValue expiries(List<Candidate> fresh) {
        return new SqlArrayValue(
                "timestamptz",
                fresh.stream()
                        .map(
                                each ->
                                        SqlTimes.millis(
                                                each.submission.command().options().expiresAt()))
                        .toArray());
    }

    /** Where the commands stand that were made before; without their bodies, for many large ones may come again at once. */
    private Map<CommandId, Acceptance> statesOf(Collection<KeyStore.Use> uses) {
        var states = new HashMap<CommandId, Acceptance>();
        if (!uses.isEmpty()) {
            jdbc.sql(STATES)
                    .param("ids", array(uses, use -> use.id().value()))
                    .query(
                            (rs, row) -> {
                                var id = new CommandId(rs.getString("id"));
                                var from = new PhoneNumberId(rs.getString("phone_number_id"));
                                return new Acceptance(
                                        id,
                                        CommandState.ofWireName(rs.getString("state")),
                                        groups.of(id, from, rs.getString("recipient")),
                                        false);
                            })
                    .list()
                    .forEach(known -> states.put(known.id(), known));
        }
        return states;
    }
}
