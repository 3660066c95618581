package org.coexhub.send.limit;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.time.Duration;

/**
 * Meta's limits, and how close the hub goes to them.
 *
 * @param coexistence messages in any second of a number that is also in the App, and of one not known better
 * @param standard messages in any second of a number with standard throughput
 * @param high messages in any second of a number with high throughput
 * @param pairBurst messages one recipient may get at once
 * @param pairRefill after how long a recipient may get one more
 * @param transit longest time a request is assumed to take to reach Meta's counter
 * @param refresh how often Graph is asked what a number may send
 */
@ConfigurationProperties("hub.send.limits")
public record LimitSettings(
        @DefaultValue("20") int coexistence,
        @DefaultValue("80") int standard,
        @DefaultValue("1000") int high,
        @DefaultValue("45") int pairBurst,
        @DefaultValue("6s") Duration pairRefill,
        @DefaultValue("250ms") Duration transit,
        @DefaultValue("1h") Duration refresh) {

    private static final int MOST = 1000;

    public LimitSettings {
        rate("coexistence", coexistence, 20);
        rate("standard", standard, 80);
        rate("high", high, 1000);
        if (pairBurst < 1) {
            throw new IllegalArgumentException(
                    "hub.send.limits.pair-burst must be at least 1, e.g. 45");
        }
        positive("pair-refill", pairRefill, "6s");
        positive("refresh", refresh, "1h");
        if (transit.isNegative()) {
            throw new IllegalArgumentException(
                    "hub.send.limits.transit must not be negative, e.g. 250ms");
        }
    }

    private static void rate(String name, int value, int example) {
        if (value < 1 || value > MOST) {
            throw new IllegalArgumentException(
                    "hub.send.limits." + name + " must be from 1 to 1000, e.g. " + example);
        }
    }

    private static void positive(String name, Duration value, String example) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(
                    "hub.send.limits." + name + " must be longer than nothing, e.g. " + example);
        }
    }
}
