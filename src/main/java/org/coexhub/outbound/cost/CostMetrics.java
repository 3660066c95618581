package org.coexhub.outbound.cost;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import java.util.Set;

/**
 * Counts beside the ledger, as metrics. They count what is committed, from the start of the process on; the ledger is
 * exact.
 */
@Component
class CostMetrics {

    /** Meta's vocabulary is open; a counter's labels are not. */
    private static final Set<String> CATEGORIES =
            Set.of(
                    "service",
                    "utility",
                    "marketing",
                    "marketing_lite",
                    "authentication",
                    "authentication-international",
                    "referral_conversion");

    private final MeterRegistry meters;

    CostMetrics(MeterRegistry meters) {
        this.meters = meters;
    }

    /** A message counts when it becomes billed or free. */
    void changed(Charge before, CostEntry entry) {
        Charge now = entry.charge();
        if (settled(now) && !settled(before)) {
            afterCommit(
                    () ->
                            meters.counter(
                                            "hub.cost.messages",
                                            "charge",
                                            now.column(),
                                            "category",
                                            category(entry.price()),
                                            "source",
                                            source(entry))
                                    .increment());
        }
    }

    void saved(String cause) {
        afterCommit(() -> meters.counter("hub.cost.saved", "cause", cause).increment());
    }

    private static boolean settled(Charge charge) {
        return charge == Charge.BILLED || charge == Charge.FREE;
    }

    private static String category(Price price) {
        if (price == null) {
            return "none";
        }
        return CATEGORIES.contains(price.category()) ? price.category() : "other";
    }

    private static String source(CostEntry entry) {
        if (entry.source() != null) {
            return entry.source();
        }
        return entry.app() ? "app" : "other";
    }

    private static void afterCommit(Runnable count) {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            count.run();
            return;
        }
        TransactionSynchronizationManager.registerSynchronization(
                new TransactionSynchronization() {
                    @Override
                    public void afterCommit() {
                        count.run();
                    }
                });
    }
}
