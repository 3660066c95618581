package org.coexhub.outbound.send.limit;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.outbound.graph.NumberFacts;
import org.coexhub.platform.store.SqlTimes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import javax.sql.DataSource;

/**
 * Keeps how much each number may send, as Graph tells it. Until it has, and while it does not answer, a number is taken
 * for one that is in the App as well, which has the least.
 */
public final class NumberLimits {

    private static final Logger LOG = LoggerFactory.getLogger(NumberLimits.class);

    private static final int AT_ONCE = 10;

    /** A webhook may name anything; Graph knows only such. */
    private static final Pattern GRAPH_ID = Pattern.compile("[0-9]{1,32}");

    private static final String MEET =
            """
            INSERT INTO number_limit (number_id, per_second) VALUES (:number, :rate) ON CONFLICT DO NOTHING
            """;

    private static final String PRESUME =
            """
            UPDATE number_limit SET per_second = :rate WHERE number_id = :number AND coexistence IS NULL
            """;

    private static final String RATE =
            "SELECT per_second FROM number_limit WHERE number_id = :number";

    private static final String DUE =
            """
            SELECT number_id FROM number_limit WHERE asked_at IS NULL OR asked_at <= :before
            ORDER BY asked_at NULLS FIRST LIMIT :limit
            """;

    private static final String CLAIM =
            """
            UPDATE number_limit SET asked_at = :now
            WHERE number_id = :number AND (asked_at IS NULL OR asked_at <= :before)
            """;

    private static final String LEARN =
            """
            UPDATE number_limit SET per_second = :rate, coexistence = :coexistence,
                throughput = COALESCE(:throughput, throughput), quality = COALESCE(:quality, quality),
                messaging_limit = COALESCE(:messagingLimit, messaging_limit)
            WHERE number_id = :number
            """;

    private static final String ALL = "SELECT * FROM number_limit ORDER BY number_id";

    private final JdbcClient jdbc;
    private final SlotSupply slots;
    private final Function<PhoneNumberId, Optional<NumberFacts>> graph;
    private final Supplier<List<PhoneNumberId>> seen;
    private final LimitSettings settings;
    private final InstantSource clock;
    private final Set<PhoneNumberId> met = ConcurrentHashMap.newKeySet();

    /**
     * @param graph empty where Graph cannot tell at the moment
     * @param seen the numbers that webhooks have shown: who only receives is in the App or not all the same
     */
    NumberLimits(
            DataSource database,
            SlotSupply slots,
            Function<PhoneNumberId, Optional<NumberFacts>> graph,
            Supplier<List<PhoneNumberId>> seen,
            LimitSettings settings,
            InstantSource clock) {
        this.jdbc = JdbcClient.create(database);
        this.slots = slots;
        this.graph = graph;
        this.seen = seen;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * What is known of one number.
     *
     * @param perSecond messages in any second
     * @param coexistence null until Graph has told; so are the others, in Meta's words
     */
    public record Known(
            PhoneNumberId number,
            int perSecond,
            Boolean coexistence,
            String throughput,
            String quality,
            String messagingLimit) {}

    public List<Known> all() {
        return jdbc.sql(ALL).query(NumberLimits::read).list();
    }

    /** The number is about to send, perhaps for the first time. */
    void meet(PhoneNumberId number) {
        if (met.contains(number)) {
            return;
        }
        for (String sql : List.of(MEET, PRESUME)) {
            jdbc.sql(sql)
                    .param("number", number.value())
                    .param("rate", settings.coexistence())
                    .update();
        }
        int rate = jdbc.sql(RATE).param("number", number.value()).query(Integer.class).single();
        slots.resize(number, rate);
        onceCommitted(() -> met.add(number));
    }

    /** What a turn has written goes with its transaction, and is to be written again by the next. */
    private static void onceCommitted(Runnable step) {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            step.run();
            return;
        }
        TransactionSynchronizationManager.registerSynchronization(
                new TransactionSynchronization() {
                    @Override
                    public void afterCommit() {
                        step.run();
                    }
                });
    }

    /** Asks Graph about numbers that it was not asked about for long; of several nodes one does. */
    public void refresh() {
        seen.get().stream()
                .filter(number -> GRAPH_ID.matcher(number.value()).matches())
                .forEach(this::meet);
        Instant now = clock.instant();
        Instant before = now.minus(settings.refresh());
        List<PhoneNumberId> due =
                jdbc.sql(DUE)
                        .param("before", SqlTimes.millis(before))
                        .param("limit", AT_ONCE)
                        .query((rs, row) -> new PhoneNumberId(rs.getString(1)))
                        .list();
        for (PhoneNumberId number : due) {
            boolean mine =
                    jdbc.sql(CLAIM)
                                    .param("number", number.value())
                                    .param("now", SqlTimes.millis(now))
                                    .param("before", SqlTimes.millis(before))
                                    .update()
                            == 1;
            if (mine) {
                graph.apply(number).ifPresent(facts -> learn(number, facts));
            }
        }
    }

    private void learn(PhoneNumberId number, NumberFacts facts) {
        int rate = rate(facts);
        jdbc.sql(LEARN)
                .param("number", number.value())
                .param("rate", rate)
                .param("coexistence", facts.onBizApp())
                .param("throughput", facts.throughput())
                .param("quality", facts.quality())
                .param("messagingLimit", facts.messagingLimit())
                .update();
        if (slots.resize(number, rate)) {
            LOG.info("Number {} may send {} messages in any second", number, rate);
        }
    }

    private int rate(NumberFacts facts) {
        if (!Boolean.FALSE.equals(facts.onBizApp())) {
            return settings.coexistence();
        }
        return switch (facts.throughput() == null ? "" : facts.throughput()) {
            case "STANDARD" -> settings.standard();
            case "HIGH" -> settings.high();
            default -> settings.coexistence();
        };
    }

    private static Known read(ResultSet rs, int row) throws SQLException {
        return new Known(
                new PhoneNumberId(rs.getString("number_id")),
                rs.getInt("per_second"),
                rs.getObject("coexistence", Boolean.class),
                rs.getString("throughput"),
                rs.getString("quality"),
                rs.getString("messaging_limit"));
    }
}
