package org.coexhub.inbound.eventlog;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.coexhub.event.slice.WebhookSlicer;
import org.coexhub.event.typing.WebhookReader;
import org.coexhub.inbound.journal.Journal;
import org.coexhub.inbound.journal.JournalBatch;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

import javax.sql.DataSource;

/** The steps of the route {@code event-router} up to the store's commit, without the queues around them. */
public final class TestRouter {

    private final InstantSource clock;
    private final WebhookReader reader = new WebhookReader();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final EventLog log;

    public TestRouter(DataSource database, InstantSource clock) {
        this.clock = clock;
        this.jdbc = new JdbcTemplate(database);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(database));
        this.log = new EventLog(jdbc, clock, meters);
    }

    /** One durable message of the journal. */
    public record Message(UUID receipt, List<byte[]> slices) {

        public static Message of(byte[]... slices) {
            return new Message(UUID.randomUUID(), List.of(slices));
        }
    }

    /** Reads, claims and places the messages, with further steps where the route has them, and commits. */
    public EventBatch handle(
            List<Message> messages, Consumer<EventBatch> resolve, Consumer<EventBatch> project) {
        return transaction.execute(status -> inTransaction(messages, resolve, project));
    }

    public EventBatch handle(List<Message> messages) {
        return handle(messages, batch -> {}, batch -> {});
    }

    /** The same with a crash before the commit. */
    public void handleAndDie(List<Message> messages) {
        transaction.executeWithoutResult(
                status -> {
                    inTransaction(messages, batch -> {}, batch -> {});
                    status.setRollbackOnly();
                });
    }

    /** Just the events, without the store. */
    public EventBatch read(List<Message> messages) {
        var batch = new EventBatch();
        for (Message message : messages) {
            var entry =
                    new JournalBatch.Entry(message.receipt, clock.instant(), message.slices, true);
            for (int i = 0; i < message.slices.size(); i++) {
                UUID owner = entry.owner(i);
                reader.readOwn(message.slices.get(i), clock.instant())
                        .forEach(event -> batch.add(event, owner));
            }
        }
        return batch;
    }

    /** For events of the hub's own making; what is written to the journal is the test's to look at. */
    public OwnEvents ownEvents(Journal journal) {
        return new OwnEvents(journal, new WebhookSlicer(64), jdbc, clock);
    }

    public JdbcTemplate jdbc() {
        return jdbc;
    }

    public MeterRegistry meters() {
        return meters;
    }

    EventFeed feed() {
        return new EventFeed(jdbc);
    }

    private EventBatch inTransaction(
            List<Message> messages, Consumer<EventBatch> resolve, Consumer<EventBatch> project) {
        EventBatch batch = read(messages);
        resolve.accept(batch);
        log.claim(batch);
        batch.items().stream()
                .filter(item -> item.verdict() != EventBatch.Verdict.DUPLICATE)
                .forEach(batch.accepted()::add);
        project.accept(batch);
        log.place(batch);
        return batch;
    }
}
