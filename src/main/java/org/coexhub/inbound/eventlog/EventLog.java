package org.coexhub.inbound.eventlog;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

import org.apache.camel.Exchange;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.service.ServiceSupport;
import org.coexhub.event.CloudEventWriter;
import org.coexhub.event.EventType;
import org.coexhub.event.HubEvent;
import org.coexhub.event.typing.WebhookReader;
import org.coexhub.platform.store.SqlArrays;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The event log, which is also the idempotent repository: here a duplicate is recognised.
 *
 * <p><b>The claim.</b> Every event has an identity ({@code message:<wamid>}, {@code status:<wamid>:read}, …), which is
 * the primary key. Inserting the row claims the event for its <em>owner</em>: the durable journal message it was read
 * from, named by the receipt that message carries through every redelivery. An event is ours when we inserted its row
 * <em>or the stored owner is our message</em>; in every other case it is a duplicate.
 *
 * <p><b>Why nothing is lost and nothing is twice</b>, with the process dying at any point:
 *
 * <ul>
 *   <li>before the database commits: no claim exists, the journal message comes again;
 *   <li>after the database and before the queue transaction commits: the message comes again with the same receipt, the
 *       claims are its own, and everything is sent again; what was sent before had been rolled back with the session;
 *   <li>after the queue transaction committed: the journal message is gone, the claims stay;
 *   <li>Meta repeats the webhook at any later time: another receipt, so a duplicate. It is one even if the first copy is
 *       still on its way, because that copy is in the journal and can only end in the queues or in {@code wa.dlq.in};
 *   <li>two consumers meet the same event at once: the primary key makes the second wait for the first's outcome.
 * </ul>
 *
 * So the database commits first, the queue session second, and no distributed transaction is needed. The usual
 * repositories remember only <em>that</em> a key was seen; then either a crash between "seen" and "done" loses the
 * message, or a crash between "done" and "seen" doubles it.
 *
 * <p><b>Within one message</b> the first occurrence of an identity counts. Its order is fixed, so a redelivery decides
 * the same way. Each slice is an owner of its own, named by receipt and place: what stands in two slices is the first
 * one's also where the message is taken apart, or both were parked and come again one after the other, however much later.
 *
 * <p><b>A copy that adds something</b> is a duplicate all the same; what it adds is an event with an identity of its own
 * ({@link Completions}), claimed in the same way for the copy's message. What is in the log is never rewritten.
 *
 * <p><b>The feed.</b> Readers resume after a position, so positions must never appear behind a reader. Late in a
 * transaction the next position is taken under a row lock, held until the commit: positions are given in commit order.
 *
 * <p>A batch claims all its keys in one statement; the {@code idempotentConsumer} in the route then asks for each verdict.
 */
@Component("eventLog")
public class EventLog extends ServiceSupport implements IdempotentRepository {

    private static final String CLAIM =
            """
            INSERT INTO event_log
                (id, owner, batch, ordinal, type, origin, conversation, number_id, event_time, claimed_at, body)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING\
            """;

    private static final String CLAIMED =
            "SELECT id, owner, batch, type FROM event_log WHERE id = ANY (?)";

    /** What followed from messages that now come again, so that it is sent again with them. */
    private static final String FOLLOWED = "SELECT owner, body FROM event_log WHERE id = ANY (?)";

    private static final String NEXT_BATCH = "SELECT nextval('event_batch')";
    private static final String LOCK_FEED =
            "UPDATE feed_end SET position = position + 1 WHERE one = 1";
    private static final String PLACE =
            "INSERT INTO feed (position, batch) SELECT position, ? FROM feed_end WHERE one = 1";

    private final JdbcTemplate jdbc;
    private final InstantSource clock;
    private final MeterRegistry meters;
    private final Map<EventType, Counter> events = new ConcurrentHashMap<>();
    private final CloudEventWriter writer = new CloudEventWriter();
    private final WebhookReader reader = new WebhookReader();
    private final Completions completions;

    EventLog(JdbcTemplate jdbc, InstantSource clock, MeterRegistry meters) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.meters = meters;
        this.completions = new Completions(jdbc);
    }

    /** Claims every event of the batch in one statement and notes each verdict; runs in the caller's transaction. */
    public void claim(EventBatch batch) {
        if (batch.items().isEmpty()) {
            return;
        }
        batch.number(jdbc.queryForObject(NEXT_BATCH, Long.class));
        var seenByOwner = new HashSet<String>();
        var again = new ArrayList<String>();
        claim(batch, List.copyOf(batch.items()), seenByOwner, again);
        int asked = batch.items().size();
        completions.addTo(batch);
        claim(batch, batch.items().subList(asked, batch.items().size()), seenByOwner, again);
        if (!again.isEmpty()) {
            recall(batch, again);
        }
    }

    private void claim(
            EventBatch batch,
            List<EventBatch.Item> items,
            Set<String> seenByOwner,
            List<String> again) {
        if (items.isEmpty()) {
            return;
        }
        insert(
                batch,
                items.stream().filter(item -> !item.isRepetition()).toList(),
                batch.items().size() - items.size());
        Map<String, Claim> claims = claimsOf(items);
        for (var item : items) {
            Claim claim = claims.get(item.getId());
            boolean mine =
                    !item.isRepetition()
                            && claim.owner.equals(item.owner())
                            && seenByOwner.add(item.getId());
            if (!mine) {
                item.verdict(EventBatch.Verdict.DUPLICATE);
                duplicates(cause(item.event(), claim)).increment();
            } else if (claim.batch == batch.number()) {
                item.verdict(EventBatch.Verdict.NEW);
            } else {
                item.verdict(EventBatch.Verdict.AGAIN);
                again.add(EventBatch.idAfter(item.event().id()).value());
            }
        }
    }

    /** The route's verdict for one event, asked by the idempotent consumer. */
    @Override
    public boolean add(Exchange exchange, String key) {
        var item = exchange.getMessage().getBody(EventBatch.Item.class);
        return item.verdict() != EventBatch.Verdict.DUPLICATE;
    }

    /** Inside the idempotent consumer: the event is ours, the following steps handle it. */
    public void accept(EventBatch.Item item, Exchange exchange) {
        exchange.getProperty("HubEventBatch", EventBatch.class).accepted().add(item);
    }

    /** Claims what followed from the batch, and gives the batch its place in the feed. */
    public void place(EventBatch batch) {
        if (batch.accepted().isEmpty()) {
            return;
        }
        if (!batch.derived().isEmpty()) {
            insert(batch, batch.derived(), batch.items().size());
            batch.accepted().addAll(batch.derived());
        }
        batch.accepted().forEach(item -> events(item.event().type()).increment());
        jdbc.update(LOCK_FEED);
        jdbc.update(PLACE, batch.number());
    }

    private void insert(EventBatch batch, List<EventBatch.Item> items, int firstOrdinal) {
        OffsetDateTime now = SqlTimes.at(clock.instant());
        int ordinal = firstOrdinal;
        for (var item : items) {
            item.json(writer.write(item.event()));
            item.ordinal(ordinal++);
        }
        // In the order of keys, so that two transactions that meet the same keys wait for each
        // other and never in a
        // circle.
        var byKey = items.stream().sorted(Comparator.comparing(EventBatch.Item::getId)).toList();
        jdbc.batchUpdate(
                CLAIM,
                byKey,
                byKey.size(),
                (statement, item) -> set(statement, batch.number(), item, now));
    }

    private static void set(
            PreparedStatement statement, long batch, EventBatch.Item item, OffsetDateTime now)
            throws SQLException {
        HubEvent event = item.event();
        statement.setString(1, item.getId());
        statement.setObject(2, item.owner());
        statement.setLong(3, batch);
        statement.setInt(4, item.ordinal());
        statement.setString(5, event.type().wireName());
        statement.setString(6, event.origin().wireName());
        statement.setString(7, event.conversation() == null ? null : event.conversation().value());
        statement.setString(8, event.number() == null ? null : event.number().value());
        statement.setObject(9, SqlTimes.at(event.time()));
        statement.setObject(10, now);
        statement.setBytes(11, item.json());
    }

    private Map<String, Claim> claimsOf(List<EventBatch.Item> items) {
        var claims = new HashMap<String, Claim>(items.size() * 2);
        List<String> ids = items.stream().map(EventBatch.Item::getId).distinct().toList();
        jdbc.query(
                CLAIMED,
                statement -> statement.setArray(1, SqlArrays.text(statement, ids)),
                row -> {
                    claims.put(
                            row.getString(1),
                            new Claim(
                                    row.getObject(2, UUID.class),
                                    row.getLong(3),
                                    row.getString(4)));
                });
        return claims;
    }

    /** Events that followed when these were handled before: already in the log, to be sent again with their causes. */
    private void recall(EventBatch batch, List<String> ids) {
        jdbc.query(
                FOLLOWED,
                statement -> statement.setArray(1, SqlArrays.text(statement, ids)),
                row -> {
                    byte[] body = row.getBytes(2);
                    var event =
                            reader.readOwn(InternalSlice.of(List.of(body)), clock.instant())
                                    .getFirst();
                    var item = batch.add(event, row.getObject(1, UUID.class));
                    item.json(body);
                    item.verdict(EventBatch.Verdict.AGAIN);
                });
    }

    private static String cause(HubEvent event, Claim claim) {
        return switch (event.origin()) {
            case HISTORY -> "history";
            case APP ->
                    claim == null || claim.type.equals(event.type().wireName())
                            ? "redelivery"
                            : "echo";
            default -> "redelivery";
        };
    }

    private Counter events(EventType type) {
        return events.computeIfAbsent(
                type,
                t ->
                        Counter.builder("hub_events")
                                .description("events accepted by the router")
                                .tag("type", t.wireName())
                                .register(meters));
    }

    private Counter duplicates(String cause) {
        return Counter.builder("hub_duplicates")
                .description("events that were recognised as already known")
                .tag("cause", cause)
                .register(meters);
    }

    @Override
    public boolean contains(Exchange exchange, String key) {
        return !add(exchange, key);
    }

    /** Claims are given back by the database when a transaction rolls back, never one by one. */
    @Override
    public boolean remove(Exchange exchange, String key) {
        return true;
    }

    @Override
    public boolean confirm(Exchange exchange, String key) {
        return true;
    }

    @Override
    public boolean add(String key) {
        throw withoutOwner();
    }

    @Override
    public boolean contains(String key) {
        throw withoutOwner();
    }

    @Override
    public boolean remove(String key) {
        throw withoutOwner();
    }

    @Override
    public boolean confirm(String key) {
        throw withoutOwner();
    }

    @Override
    public void clear() {
        throw new UnsupportedOperationException("the event log is never cleared");
    }

    private static UnsupportedOperationException withoutOwner() {
        return new UnsupportedOperationException(
                "a claim needs the durable message that owns it: pass the exchange");
    }

    private record Claim(UUID owner, long batch, String type) {}
}
