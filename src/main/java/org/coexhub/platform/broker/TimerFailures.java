package org.coexhub.platform.broker;

import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.spi.EndpointStrategy;
import org.apache.camel.spi.ExceptionHandler;
import org.apache.camel.support.DefaultEndpoint;
import org.coexhub.platform.process.OutOfMemory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.task.ThreadPoolTaskSchedulerCustomizer;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.stereotype.Component;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Logs what steps by the clock fail at: in one line, at once, and then once a minute as long as it goes on. Their next turn is
 * their next attempt, so nothing else is to be done. Camel and Spring would write a stack trace each time, with the driver's
 * own words; while a database is away that is a gigabyte a day, on the disk that webhooks need.
 */
@Component
final class TimerFailures implements EndpointStrategy, ThreadPoolTaskSchedulerCustomizer {

    private static final Logger LOG = LoggerFactory.getLogger(TimerFailures.class);
    private static final long AGAIN_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int MOST_REMEMBERED = 200;

    private final Map<String, Long> told =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
                    return size() > MOST_REMEMBERED;
                }
            };

    @Override
    public Endpoint registerEndpoint(String uri, Endpoint endpoint) {
        boolean byTheClock = uri.startsWith("timer:") || uri.startsWith("scheduler:");
        if (byTheClock && endpoint instanceof DefaultEndpoint timer) {
            timer.setExceptionHandler(new OfATimer(uri));
        }
        return endpoint;
    }

    @Override
    public void customize(ThreadPoolTaskScheduler scheduler) {
        scheduler.setErrorHandler(failure -> tell("A step by the clock", failure));
    }

    private void tell(String what, Throwable failure) {
        OutOfMemory.endIfCauseOf(failure);
        String summary = FailureSummary.of(failure);
        if (isDue(what + summary)) {
            LOG.warn("{} has failed, and comes again at its next turn: {}", what, summary);
            LOG.debug("{} has failed", what, failure);
        }
    }

    private synchronized boolean isDue(String line) {
        long now = System.nanoTime();
        Long before = told.get(line);
        boolean due = before == null || now - before >= AGAIN_NANOS;
        if (due) {
            told.put(line, now);
        }
        return due;
    }

    private final class OfATimer implements ExceptionHandler {

        private final String uri;

        private OfATimer(String uri) {
            this.uri = uri;
        }

        @Override
        public void handleException(Throwable failure) {
            handleException("", null, failure);
        }

        @Override
        public void handleException(String message, Throwable failure) {
            handleException(message, null, failure);
        }

        @Override
        public void handleException(String message, Exchange exchange, Throwable failure) {
            tell("Route " + (exchange == null ? uri : exchange.getFromRouteId()), failure);
        }
    }
}
