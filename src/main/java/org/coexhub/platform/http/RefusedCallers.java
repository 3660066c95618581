package org.coexhub.platform.http;

import io.micrometer.core.instrument.MeterRegistry;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Says in the log when callers cannot prove who they are, with the likely cause: a wrong secret is nothing but 401s
 * otherwise. At most one line a minute for each cause, with the number of refusals since the last, because strangers can
 * cause them too. Counts them in {@code hub_callers_refused_total}.
 */
@Component
public class RefusedCallers {

    private static final Logger LOG = LoggerFactory.getLogger(RefusedCallers.class);
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final Map<String, Refused> causes = new ConcurrentHashMap<>();
    private final MeterRegistry meters;
    private final LongSupplier nanos;

    @Autowired
    public RefusedCallers(MeterRegistry meters) {
        this(meters, System::nanoTime);
    }

    RefusedCallers(MeterRegistry meters, LongSupplier nanos) {
        this.meters = meters;
        this.nanos = nanos;
    }

    /**
     * @param path where the caller came
     * @param reason a word for the metric, such as {@code signature}
     * @param causeAndRemedy a sentence of the hub's own, nothing of the caller's
     */
    public void note(String path, String reason, String causeAndRemedy) {
        meters.counter("hub_callers_refused", "path", path, "reason", reason).increment();
        causes.computeIfAbsent(path + " " + reason, first -> new Refused())
                .note(path, causeAndRemedy);
    }

    private final class Refused {

        private final AtomicLong sinceLastLine = new AtomicLong();
        private final AtomicLong nextLine = new AtomicLong(nanos.getAsLong());

        private void note(String path, String causeAndRemedy) {
            sinceLastLine.incrementAndGet();
            long due = nextLine.get();
            long now = nanos.getAsLong();
            if (now - due >= 0 && nextLine.compareAndSet(due, now + PAUSE.toNanos())) {
                LOG.warn("{} refused ({}): {}", path, sinceLastLine.getAndSet(0), causeAndRemedy);
            }
        }
    }
}
