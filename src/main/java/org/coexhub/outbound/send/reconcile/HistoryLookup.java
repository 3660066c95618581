package org.coexhub.outbound.send.reconcile;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.event.Wamid;
import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.StatusSeen;
import org.coexhub.outbound.command.store.CommandStore;
import org.coexhub.outbound.graph.GraphReader.Found;
import org.coexhub.platform.store.SqlTimes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

import javax.sql.DataSource;

/**
 * Looks for unresolved commands in Graph's message history.
 *
 * <p>The history names messages and times, but neither recipients nor callback data. So this is a conclusion, drawn only
 * where there is no other: a message that nobody has heard of, in the time of one unresolved command and of no other, with
 * no second such message. In all other cases the command stays as it is.
 */
public final class HistoryLookup {

    private static final Logger LOG = LoggerFactory.getLogger(HistoryLookup.class);

    /** Statuses and echoes get that long to explain things first. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Meta counts in whole seconds, by a clock of its own. */
    private static final Duration EARLY = Duration.ofSeconds(2);

    private static final Duration LATE = Duration.ofSeconds(10);

    private static final String UNRESOLVED =
            """
            SELECT c.id, c.phone_number_id, c.changed_at,
                (SELECT MAX(t.at) FROM command_transition t
                 WHERE t.command_id = c.id AND t.state = 'sending') AS began
            FROM command c
            WHERE c.state = 'unresolved' AND c.recipient IS NOT NULL
            ORDER BY c.seq
            """;

    private static final String SENT_BY_HUB = "SELECT wamid FROM command WHERE wamid IN (:wamids)";

    private final JdbcClient jdbc;
    private final CommandStore store;
    private final Function<PhoneNumberId, Optional<List<Found>>> history;
    private final KnownMessages messages;
    private final Duration longestCall;
    private final InstantSource clock;

    /**
     * @param history of a number; empty where Graph does not tell
     * @param longestCall a call to Graph is given up then, and what Graph has not taken it does not take later
     */
    public HistoryLookup(
            DataSource database,
            CommandStore store,
            Function<PhoneNumberId, Optional<List<Found>>> history,
            KnownMessages messages,
            Duration longestCall,
            InstantSource clock) {
        this.jdbc = JdbcClient.create(database);
        this.store = store;
        this.history = history;
        this.messages = messages;
        this.longestCall = longestCall;
        this.clock = clock;
    }

    /** An unresolved command and the time in which its call was under way. */
    private record UnresolvedCommand(CommandId id, PhoneNumberId number, Instant from, Instant to) {

        boolean mayBe(Found found) {
            return !found.first().isBefore(from) && !found.first().isAfter(to);
        }
    }

    /** Resolves what can be; the outcome is announced by the sweep. */
    public void look() {
        List<UnresolvedCommand> all = unresolved();
        Instant patience = clock.instant().minus(PATIENCE).plus(LATE);
        all.stream()
                .filter(command -> command.to().isBefore(patience))
                .map(UnresolvedCommand::number)
                .distinct()
                .forEach(
                        number ->
                                history.apply(number)
                                        .ifPresent(found -> reconcile(of(number, all), found)));
    }

    private static List<UnresolvedCommand> of(PhoneNumberId number, List<UnresolvedCommand> all) {
        return all.stream().filter(command -> command.number().equals(number)).toList();
    }

    private void reconcile(List<UnresolvedCommand> unresolved, List<Found> found) {
        Set<Wamid> explained = explained(found);
        List<Found> open = found.stream().filter(f -> !explained.contains(f.wamid())).toList();
        for (UnresolvedCommand command : unresolved) {
            List<Found> candidates = open.stream().filter(command::mayBe).toList();
            if (candidates.size() == 1
                    && unresolved.stream().filter(r -> r.mayBe(candidates.getFirst())).count()
                            == 1) {
                Found answer = candidates.getFirst();
                LOG.info("Command {} is found in Graph's history as sent", command.id());
                store.applyStatuses(
                        List.of(
                                new StatusSeen(
                                        command.id(),
                                        answer.wamid(),
                                        "sent",
                                        answer.first(),
                                        null,
                                        null)));
            }
        }
    }

    private Set<Wamid> explained(List<Found> found) {
        List<Wamid> wamids = found.stream().map(Found::wamid).toList();
        if (wamids.isEmpty()) {
            return Set.of();
        }
        Set<Wamid> explained = new HashSet<>(messages.among(wamids));
        jdbc.sql(SENT_BY_HUB)
                .param("wamids", wamids.stream().map(Wamid::value).toList())
                .query((rs, row) -> new Wamid(rs.getString(1)))
                .list()
                .forEach(explained::add);
        return explained;
    }

    private List<UnresolvedCommand> unresolved() {
        return jdbc.sql(UNRESOLVED)
                .query(
                        (rs, row) -> {
                            Instant began = SqlTimes.read(rs, "began");
                            return new UnresolvedCommand(
                                    new CommandId(rs.getString("id")),
                                    new PhoneNumberId(rs.getString("phone_number_id")),
                                    began.minus(EARLY),
                                    end(began, SqlTimes.read(rs, "changed_at")).plus(LATE));
                        })
                .list();
    }

    /** Of a command that was interrupted the end of the call is not known, only that of the next start. */
    private Instant end(Instant began, Instant known) {
        Instant latest = began.plus(longestCall);
        return known.isBefore(latest) ? known : latest;
    }
}
