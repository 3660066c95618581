package org.coexhub.state.conversation;

import org.coexhub.event.EventData;
import org.coexhub.event.HubEvent;
import org.coexhub.event.PhoneNumberId;
import org.coexhub.event.WabaId;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Repository;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stores what was last seen of each business number: webhooks, echoes and their lag.
 *
 * <p>Gathered in memory and stored once a second: written with every batch, the one row of a busy number would make all
 * consumers wait for each other. A kill loses at most that second of statistics.
 */
@Repository
public class NumberStore {

    private static final String INSERT =
            "INSERT INTO business_number (number_id, waba_id) VALUES (?, ?) ON CONFLICT DO NOTHING";

    private static final String UPDATE =
            """
            UPDATE business_number SET waba_id = COALESCE(?, waba_id), last_webhook = COALESCE(?, last_webhook),
                last_echo = COALESCE(?, last_echo), echo_lag_ms = COALESCE(?, echo_lag_ms)
            WHERE number_id = ?\
            """;

    private static final String WABA =
            "SELECT waba_id FROM business_number WHERE number_id = ? AND waba_id IS NOT NULL";

    private static final String EXISTS = "SELECT COUNT(*) FROM business_number WHERE number_id = ?";

    private static final String IDS = "SELECT number_id FROM business_number";

    private static final String LIST =
            """
            SELECT number_id, waba_id, last_webhook, last_echo, echo_lag_ms
            FROM business_number ORDER BY number_id\
            """;

    private final JdbcTemplate jdbc;
    private final ConcurrentHashMap<String, String> wabas = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Seen> unsaved = new ConcurrentHashMap<>();

    /** Those that have their row for certain; nothing takes it away. */
    private final Set<String> stored = ConcurrentHashMap.newKeySet();

    NumberStore(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** {@code echoLagMillis} is from Meta's timestamp (whole seconds) to the hub's receipt. */
    public record Seen(
            String number,
            String wabaId,
            Instant lastWebhook,
            Instant lastEcho,
            Long echoLagMillis) {

        /** A number that no webhook has named yet. */
        public static Seen unseen(String number) {
            return new Seen(number, null, null, null, null);
        }

        private Seen and(Seen newer) {
            return new Seen(
                    number,
                    newer.wabaId == null ? wabaId : newer.wabaId,
                    newer.lastWebhook,
                    newer.lastEcho == null ? lastEcho : newer.lastEcho,
                    newer.echoLagMillis == null ? echoLagMillis : newer.echoLagMillis);
        }
    }

    public List<Seen> list() {
        return jdbc.query(
                LIST,
                (row, i) ->
                        new Seen(
                                row.getString(1),
                                row.getString(2),
                                SqlTimes.read(row, "last_webhook"),
                                SqlTimes.read(row, "last_echo"),
                                row.getObject(5, Long.class)));
    }

    /** The numbers that webhooks have named. */
    public List<PhoneNumberId> ids() {
        return jdbc.query(IDS, (row, i) -> new PhoneNumberId(row.getString(1)));
    }

    /** The account a number belongs to, as its webhooks have said. */
    public Optional<WabaId> wabaOf(PhoneNumberId number) {
        String known =
                wabas.computeIfAbsent(
                        number.value(),
                        n ->
                                jdbc.queryForList(WABA, String.class, n).stream()
                                        .findFirst()
                                        .orElse(null));
        return Optional.ofNullable(known).map(WabaId::new);
    }

    /** Whether a webhook has named it, on whichever node. */
    public boolean isKnown(PhoneNumberId number) {
        if (stored.contains(number.value())) {
            return true;
        }
        boolean known = jdbc.queryForObject(EXISTS, Long.class, number.value()) > 0;
        if (known) {
            stored.add(number.value());
        }
        return known;
    }

    /**
     * Inside the transaction that stores the events: whoever hears of a new number by an event may send from it at once. In
     * one order everywhere, so that two batches do not wait for each other.
     */
    void enroll(List<HubEvent> events) {
        events.stream()
                .filter(NumberStore::isOfMeta)
                .map(event -> event.number().value())
                .filter(number -> !stored.contains(number))
                .distinct()
                .sorted()
                .forEach(number -> jdbc.update(INSERT, number, null));
    }

    private static boolean isOfMeta(HubEvent event) {
        return event.number() != null && !(event.data() instanceof EventData.Internal);
    }

    void seen(HubEvent event) {
        // What the hub tells itself says nothing about whether Meta still reaches it.
        if (!isOfMeta(event)) {
            return;
        }
        if (event.wabaId() != null) {
            wabas.put(event.number().value(), event.wabaId().value());
        }
        boolean echo = event.data() instanceof EventData.MessageEchoed;
        var seen =
                new Seen(
                        event.number().value(),
                        event.wabaId() == null ? null : event.wabaId().value(),
                        event.receivedTime(),
                        echo ? event.time() : null,
                        echo
                                ? Duration.between(event.time(), event.receivedTime()).toMillis()
                                : null);
        unsaved.merge(seen.number, seen, Seen::and);
    }

    /** A number may have moved to another account, and only other nodes heard of it. */
    @Scheduled(fixedDelay = 60_000)
    void forgetAccounts() {
        wabas.clear();
    }

    @Scheduled(fixedDelay = 1000)
    void save() {
        for (String number : List.copyOf(unsaved.keySet())) {
            Seen seen = unsaved.remove(number);
            if (seen != null) {
                jdbc.update(INSERT, number, seen.wabaId);
                jdbc.update(
                        UPDATE,
                        seen.wabaId,
                        SqlTimes.at(seen.lastWebhook),
                        SqlTimes.at(seen.lastEcho),
                        seen.echoLagMillis,
                        number);
                stored.add(number);
            }
        }
    }
}
