package org.coexhub.connector.salesforce.client;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.stereotype.Component;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tracks how many of the org's calls of the last 24 hours are used, by whomever: every answer of Salesforce tells. The
 * hub stops at its share, so that the other programs of the org go on.
 */
@Component
public class ApiAllocation {

    static final String HEADER = "Sforce-Limit-Info";

    /** While the hub stands still it learns nothing; then it asks this often. */
    static final Duration ASK_AGAIN = Duration.ofMinutes(5);

    private static final Pattern USAGE = Pattern.compile("api-usage=(\\d{1,18})/(\\d{1,18})");
    private static final double PER_CENT = 100;

    private final SalesforceSettings settings;
    private final InstantSource clock;
    private long used;
    private long limit;
    private Instant told = Instant.EPOCH;

    ApiAllocation(SalesforceSettings settings, InstantSource clock, MeterRegistry meters) {
        this.settings = settings;
        this.clock = clock;
        if (settings.on()) {
            gauge(meters, "hub_salesforce_api_used", "calls of the last 24 h", a -> a.used);
            gauge(meters, "hub_salesforce_api_limit", "calls the org has in 24 h", a -> a.limit);
            gauge(
                    meters,
                    "hub_salesforce_api_usage_ratio",
                    "part of the org's calls that is used",
                    a -> a.limit == 0 ? 0 : (double) a.used / a.limit);
        }
    }

    private void gauge(
            MeterRegistry meters, String name, String what, ToDoubleFunction<ApiAllocation> value) {
        io.micrometer.core.instrument.Gauge.builder(name, this, value)
                .description(what)
                .register(meters);
    }

    /** @param header {@code api-usage=18/5000}, or null */
    synchronized void seen(String header) {
        Matcher usage = USAGE.matcher(header == null ? "" : header);
        if (usage.find()) {
            seen(Long.parseLong(usage.group(1)), Long.parseLong(usage.group(2)));
        }
    }

    synchronized void seen(long nowUsed, long nowLimit) {
        used = nowUsed;
        limit = nowLimit;
        told = clock.instant();
    }

    /** Salesforce refuses for the limit, whatever it said before. */
    synchronized void exhausted() {
        limit = Math.max(limit, 1);
        used = Math.max(used, limit);
        told = clock.instant();
    }

    synchronized boolean shareIsUsed() {
        return limit > 0 && used * PER_CENT >= limit * (double) settings.dailyShare();
    }

    /** How long to wait before it is worth asking; zero when it is time. */
    synchronized Duration untilAsking() {
        Duration since = Duration.between(told, clock.instant());
        return since.compareTo(ASK_AGAIN) >= 0 ? Duration.ZERO : ASK_AGAIN.minus(since);
    }

    @Override
    public synchronized String toString() {
        return used + " of " + limit + " calls of the day";
    }
}
