package org.coexhub.outbound.send;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.coexhub.event.CustomerIdentity;
import org.coexhub.event.PhoneNumberId;
import org.coexhub.event.Slice;
import org.coexhub.inbound.journal.Journal;
import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.CommandState;
import org.coexhub.outbound.command.Pointer;
import org.coexhub.outbound.command.SendQueue;
import org.coexhub.outbound.command.SendRule;
import org.coexhub.outbound.command.StoredCommand;
import org.coexhub.outbound.command.TestCommands;
import org.coexhub.outbound.command.store.CommandSchedule;
import org.coexhub.outbound.command.store.CommandStore;
import org.coexhub.outbound.graph.ErrorTable;
import org.coexhub.outbound.graph.FakeGraph;
import org.coexhub.outbound.graph.GraphClient;
import org.coexhub.outbound.send.limit.LimitBench;
import org.coexhub.platform.graph.GraphSettings;
import org.coexhub.testing.TestClock;
import org.coexhub.testing.TestDatabase;
import org.springframework.jdbc.datasource.DelegatingDataSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import javax.sql.DataSource;

/** The sender on a real database and a real HTTP Graph, with a clock that is moved by hand and a queue in memory. */
final class SendBench implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Duration RECORD_WITHIN = Duration.ofSeconds(60);

    /** How long a command that is being sent is left alone. */
    static final Duration CALL_LEASE = TIMEOUT.plus(RECORD_WITHIN);

    private static final String PARKING = "UPDATE command SET waits_for";

    final TestClock clock = new TestClock();
    final FakeGraph meta = new FakeGraph();
    final DataSource database;
    final CommandStore store;
    final CommandSchedule schedule;
    final NumberSuspensions suspensions;
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final Deque<Pointer> queue = new ArrayDeque<>();
    final List<JsonNode> events = new ArrayList<>();

    /** The same as they lie in the journal. */
    final List<Slice> slices = new ArrayList<>();

    final Set<String> takenOver = new HashSet<>();

    private final ObjectMapper json = new ObjectMapper();
    private final Journal journal = this::append;
    private int keys;
    boolean journalAway;

    /** Happens once, at the last moment before a command is parked. */
    Runnable beforeParking = () -> {};

    /** Asked before the takeover; nothing against it unless a test says so. */
    SendRule rule = (command, now) -> SendRule.Verdict.GO;

    EndedProcesses ended = EndedProcesses.UNKNOWN;
    GraphClient graph;
    SendHold hold;
    SendTurn turn;
    LimitBench limits;
    CommandSweeper sweeper;

    /** Whose outcomes no event can be made of. */
    String untellable = "";

    /** Whether the hub learns from Meta that a window is closed. */
    boolean closedByMeta;

    OutcomeEvents outcomes;

    SendBench() {
        this(TestDatabase.postgres());
    }

    SendBench(DataSource real) {
        database =
                new DelegatingDataSource(real) {
                    @Override
                    public Connection getConnection() throws SQLException {
                        return watched(super.getConnection());
                    }
                };
        store = new CommandStore(database, clock);
        schedule = new CommandSchedule(database, store, clock);
        suspensions = new NumberSuspensions(database, clock);
        hold = hold(Path.of("no-data"));
        connect(meta.url(), "token");
    }

    private int partition(PhoneNumberId number, CustomerIdentity customer, String group) {
        if (customer != null && untellable.equals(customer.waId())) {
            throw new IllegalStateException("nobody knows how to tell this");
        }
        return 5;
    }

    private SendHold hold(Path data) {
        try {
            return new SendHold(data, schedule, store, new WaitingCommands(database, clock));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The hub that starts on this data directory, to which a backup may have been restored. */
    void startOn(Path data) {
        hold = hold(data);
        connect(meta.url(), "token");
    }

    /** The process has ended and another has begun; no other node is there. */
    void restart() {
        ended = new EndedProcesses(clock.instant());
        connect(meta.url(), "token");
    }

    void connect(URI url, String token) {
        if (turn != null) {
            turn.close();
        }
        var settings = new GraphSettings(token, url, "v24.0", TIMEOUT);
        var sending =
                new SendSettings(
                        Duration.ofHours(24),
                        Duration.ofSeconds(60),
                        Duration.ofHours(1),
                        RECORD_WITHIN,
                        Duration.ofDays(7),
                        100);
        graph = new GraphClient(settings);
        outcomes =
                new OutcomeEvents(
                        journal,
                        command -> store.markAnnounced(command.id(), command.state()),
                        graph,
                        this::partition,
                        meters);
        var policy =
                new SendPolicy(
                        List.of(
                                SendPolicy.expiry(),
                                SendPolicy.token(settings),
                                (command, now) -> rule.judge(command, now),
                                SendPolicy.takeover(
                                        (from, digits, bsuid, at) -> takenOver.contains(digits))));
        var outcome =
                new SendOutcome(
                        store,
                        schedule,
                        suspensions,
                        ErrorTable.load(),
                        (command, at) -> closedByMeta,
                        sending,
                        clock,
                        meters);
        SendQueue pointers = queue::addAll;
        limits = new LimitBench(database, pointers, settings.timeout(), clock, meters);
        turn =
                new SendTurn(
                        store,
                        schedule,
                        hold,
                        policy,
                        suspensions,
                        limits.limits,
                        graph,
                        outcome,
                        outcomes,
                        settings.timeout().plus(sending.recordWithin()),
                        ended,
                        clock);
        sweeper =
                new CommandSweeper(
                        schedule,
                        suspensions,
                        new SuspensionAlert(suspensions, journal, meters),
                        pointers,
                        outcomes,
                        sending,
                        ended,
                        clock,
                        new SimpleMeterRegistry());
    }

    CommandId submit(String to, String body) {
        return submit(to, body, "{}");
    }

    CommandId submit(String to, String body, String hub) {
        return submitJson(
                "{'from':'106','to':'"
                        + to
                        + "','text':{'body':'"
                        + body
                        + "'},'hub':"
                        + hub
                        + "}");
    }

    CommandId submitJson(String text) {
        return TestCommands.submit(store, schedule, queue::addAll, "key-" + keys++, text).id();
    }

    /** Works off every pointer there is, as the route does. */
    void work() {
        while (!queue.isEmpty()) {
            take(queue.poll());
        }
    }

    void take(Pointer pointer) {
        Turn at = turn.decide(turn.load(pointer.body()));
        if (turn.isClear(at)) {
            at = turn.record(turn.call(at));
        }
        sweeper.passOn();
        turn.publish(at);
    }

    void pass(Duration time) {
        clock.advance(time);
        sweeper.sweep();
        limits.keeper.serve();
        work();
    }

    CommandState state(CommandId id) {
        return command(id).state();
    }

    StoredCommand command(CommandId id) {
        return store.find(id).orElseThrow();
    }

    List<String> eventIds() {
        return events.stream().map(event -> event.path("id").asText()).toList();
    }

    List<String> sentTexts() {
        return meta.received().stream().map(FakeGraph.Received::text).toList();
    }

    private Connection watched(Connection connection) {
        return (Connection)
                Proxy.newProxyInstance(
                        Connection.class.getClassLoader(),
                        new Class<?>[] {Connection.class},
                        (proxy, method, arguments) -> {
                            if (method.getName().equals("prepareStatement")
                                    && arguments[0].toString().startsWith(PARKING)) {
                                Runnable first = beforeParking;
                                beforeParking = () -> {};
                                first.run();
                            }
                            try {
                                return method.invoke(connection, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    private void append(List<Slice> slices) {
        if (journalAway) {
            throw new IllegalStateException("journal away");
        }
        this.slices.addAll(slices);
        for (Slice slice : slices) {
            try {
                json.readTree(slice.body()).path("events").forEach(events::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        turn.close();
        graph.close();
        meta.close();
    }
}
