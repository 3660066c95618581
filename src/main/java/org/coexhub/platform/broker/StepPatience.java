package org.coexhub.platform.broker;

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
 * step. Attempts are counted over all steps of a message.
 */
public final class StepPatience {

    /** Attempts for a failure that nobody expects to pass. */
    static final int MOST_ATTEMPTS = 3;

    private static final Logger LOG = LoggerFactory.getLogger(StepPatience.class);

    private static final String ATTEMPTS = "HubFailedAttempts";
    private static final String WAITS = "HubWaits";

    /** One line at first, then about one a minute at the longest delay between repetitions. */
    private static final int LOG_EVERY = 6;

    private static final List<String> PLACES =
            List.of("commands-jms", "commands-own", "send", "bulk");

    private final MeterRegistry meters;

    /** The counters are there from the start: who watches them sees the first error as a change. */
    StepPatience(MeterRegistry meters) {
        this.meters = meters;
        PLACES.forEach(where -> counter(meters, where));
    }

    /** Whether the step that failed is to be tried again. */
    public boolean goesOn(Exchange exchange) {
        Exception failure = failureOf(exchange);
        if (PassingFailure.isCauseOf(failure)) {
            if (counted(exchange, WAITS) % LOG_EVERY == 1) {
                LOG.warn(
                        "Route {} waits and repeats its step: {}",
                        exchange.getFromRouteId(),
                        FailureSummary.of(failure));
            }
            return true;
        }
        return counted(exchange, ATTEMPTS) < MOST_ATTEMPTS;
    }

    /** Not by Camel's own counter: that is a header, and steps remove headers. */
    private static int counted(Exchange exchange, String what) {
        int count = exchange.getProperty(what, 0, Integer.class) + 1;
        exchange.setProperty(what, count);
        return count;
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
