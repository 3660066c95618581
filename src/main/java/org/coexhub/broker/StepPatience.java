package org.coexhub.broker;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;

/**
 * Decides how often a route's failed step is repeated: without end where the failure passes by itself, else a few times, so
 * that no message stops those after it.
 *
 * <p>Named by the {@code onException} of a route: {@link #goesOn} as its {@code retryWhile}, {@link #giveUp} as its first
 * step. Camel asks neither more than once per failure, and starts its count anew with each step.
 */
public final class StepPatience {

    /** Attempts for a failure that nobody expects to pass. */
    static final int MOST_ATTEMPTS = 3;

    private static final Logger LOG = LoggerFactory.getLogger(StepPatience.class);

    private static final String ATTEMPTS = "HubFailedAttempts";

    /** One line at first, then about one a minute at the longest delay between repetitions. */
    private static final int LOG_EVERY = 6;

    private static final List<String> PLACES = List.of("commands-jms", "send", "bulk");

    private final MeterRegistry meters;

    /** The counters are there from the start: who watches them sees the first error as a change. */
    StepPatience(MeterRegistry meters) {
        this.meters = meters;
        PLACES.forEach(where -> counter(meters, where));
    }

    /** Whether the step that failed is to be tried again. */
    public boolean goesOn(Exchange exchange) {
        Exception failure = failureOf(exchange);
        int repeated =
                exchange.getMessage().getHeader(Exchange.REDELIVERY_COUNTER, 1, Integer.class);
        if (PassingFailure.isCauseOf(failure)) {
            if (repeated % LOG_EVERY == 1) {
                LOG.warn(
                        "Route {} waits and repeats its step: {}",
                        exchange.getFromRouteId(),
                        FailureSummary.of(failure));
            }
            return true;
        }
        int attempts = repeated == 1 ? 1 : exchange.getProperty(ATTEMPTS, 0, Integer.class) + 1;
        exchange.setProperty(ATTEMPTS, attempts);
        return attempts < MOST_ATTEMPTS;
    }

    /** No further attempt, whatever the failure. */
    public void spend(Exchange exchange) {
        exchange.setProperty(ATTEMPTS, MOST_ATTEMPTS);
    }

    /**
     * Says once that the message at hand is given up.
     *
     * @throws Exception the failure itself, where it is not to be given up: the hub stops in the midst of the repetitions,
     *     and the message has to come again
     */
    public void giveUp(Exchange exchange) throws Exception {
        Exception failure = failureOf(exchange);
        if (exchange.getProperty(ATTEMPTS, 0, Integer.class) < MOST_ATTEMPTS) {
            throw failure;
        }
        LOG.error(
                "Route {} gives up a message, for a failure of the hub's own: {}",
                exchange.getFromRouteId(),
                FailureSummary.of(failure));
        count(meters, exchange.getFromRouteId());
    }

    /** Counts work that was given up for a failure of the hub's own. */
    public static void count(MeterRegistry meters, String where) {
        counter(meters, where).increment();
    }

    private static Counter counter(MeterRegistry meters, String where) {
        return Counter.builder("hub.internal.errors")
                .description("Work given up for a failure of the hub's own")
                .tag("where", where)
                .register(meters);
    }

    private static Exception failureOf(Exchange exchange) {
        return exchange.getException() != null
                ? exchange.getException()
                : exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    }
}
