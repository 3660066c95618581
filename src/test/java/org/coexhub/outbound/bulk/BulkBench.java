package org.coexhub.outbound.bulk;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.CommandState;
import org.coexhub.outbound.command.Pointer;
import org.coexhub.outbound.command.TestCommands;
import org.coexhub.outbound.command.TransitionDetails;
import org.coexhub.outbound.command.store.CommandSchedule;
import org.coexhub.outbound.command.store.CommandStore;
import org.coexhub.testing.HeldRows;
import org.coexhub.testing.TestClock;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import javax.sql.DataSource;

/** Bulks on a real database, with a send queue in memory that the test works off. */
final class BulkBench {

    static final int IN_FLIGHT = 3;

    final TestClock clock;
    final List<Pointer> queue = new ArrayList<>();
    final BulkIntake intake;
    final BulkReport report;
    final BulkRelease release;
    final CommandStore commands;
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    /** What happens when a pointer has come to the queue. */
    Runnable whenQueued = () -> {};

    private final JdbcClient jdbc;

    BulkBench(DataSource database, TestClock clock) {
        jdbc = JdbcClient.create(database);
        this.clock = clock;
        commands = new CommandStore(database, clock);
        var schedule = new CommandSchedule(database, commands, clock);
        var store = new BulkStore(database, clock);
        intake = new BulkIntake(store, number -> true);
        report = new BulkReport(jdbc);
        release =
                new BulkRelease(
                        store,
                        TestCommands.gate(commands, schedule, this::enqueue),
                        commands,
                        new BulkSettings(IN_FLIGHT),
                        meters);
    }

    private void enqueue(List<Pointer> pointers) {
        queue.addAll(pointers);
        whenQueued.run();
    }

    /** A greeting to so many customers, each by name. */
    static byte[] greetings(int recipients) {
        String rows =
                IntStream.rangeClosed(1, recipients)
                        .mapToObj(i -> "{'to':'" + to(i) + "','variables':{'name':'No " + i + "'}}")
                        .collect(Collectors.joining(","));
        return order(rows, "");
    }

    static byte[] order(String recipients, String more) {
        return TestCommands.json(
                """
                {'message':{'from':'106','type':'text','text':{'body':'Hello {{name}}'}},\
                'recipients':[%s]%s}\
                """
                        .formatted(recipients, more));
    }

    static String to(int row) {
        return "4915100" + (100_000 + row);
    }

    /** Commands whose pointers are on the queue reach Meta. */
    void send() {
        queue.forEach(pointer -> send(pointer.id()));
        queue.clear();
    }

    /** The bulk goes on until it is done, as after a start of the hub. */
    void finish(BulkId id) {
        clock.advance(BulkRelease.LEASE);
        HeldRows.age(jdbc, "bulk", BulkRelease.LEASE);
        while (report.progress(id).orElseThrow().closedAt() == null) {
            release.release();
            sendAll(id);
            clock.advance(Duration.ofMillis(250));
        }
    }

    private void sendAll(BulkId bulk) {
        for (BulkReport.Row row : report.rows(bulk, 0, 10_000)) {
            if (row.commandId() != null) {
                send(new CommandId(row.commandId()));
            }
        }
    }

    private void send(CommandId id) {
        commands.transition(id, CommandState.ACCEPTED, CommandState.QUEUED, TransitionDetails.NONE);
        if (commands.transition(
                id, CommandState.QUEUED, CommandState.SENDING, TransitionDetails.NONE)) {
            commands.recordSent(id, null, null, null);
        }
    }

    BulkReport.Row row(BulkId id, int number) {
        return report.rows(id, number - 1, 1).getFirst();
    }

    List<String> states(BulkId id) {
        return report.rows(id, 0, 10_000).stream().map(BulkReport.Row::state).toList();
    }
}
