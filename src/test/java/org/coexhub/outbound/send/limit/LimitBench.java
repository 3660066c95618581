package org.coexhub.outbound.send.limit;

import io.micrometer.core.instrument.MeterRegistry;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.outbound.command.SendQueue;
import org.coexhub.outbound.command.store.NumberBacklog;
import org.coexhub.outbound.graph.NumberFacts;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import javax.sql.DataSource;

/** One node's limits on a database, with what Graph says of numbers given by hand. */
public final class LimitBench {

    public static final LimitSettings SETTINGS =
            new LimitSettings(
                    20,
                    80,
                    1000,
                    45,
                    Duration.ofSeconds(6),
                    Duration.ofMillis(250),
                    Duration.ofHours(1));

    public final Map<PhoneNumberId, NumberFacts> facts = new HashMap<>();

    /** Numbers that webhooks have shown. */
    public final List<PhoneNumberId> seen = new ArrayList<>();

    public final SendLimits limits;
    public final LimitKeeper keeper;
    public final NumberLimits numbers;
    final InboundCount inbound;
    final SendSlots window;
    final PairBuckets pairs;

    public LimitBench(
            DataSource database,
            SendQueue queue,
            Duration timeout,
            InstantSource clock,
            MeterRegistry meters) {
        window = new SendSlots(database, clock);
        var slots = new SlotSupply(database, clock);
        pairs = new PairBuckets(database, SETTINGS, clock);
        numbers =
                new NumberLimits(
                        database,
                        slots,
                        number -> Optional.ofNullable(facts.get(number)),
                        () -> seen,
                        SETTINGS,
                        clock);
        var lines =
                new BacklogDispatcher(
                        window,
                        new NumberBacklog(database, clock),
                        new TransactionTemplate(new JdbcTransactionManager(database)),
                        queue,
                        clock);
        inbound = new InboundCount(window, clock);
        limits =
                new SendLimits(
                        window, slots, pairs, numbers, lines, SETTINGS, timeout, clock, meters);
        keeper = new LimitKeeper(lines, slots, numbers, pairs, inbound, meters);
    }
}
