package org.coexhub.outbound.send.limit;

import org.coexhub.platform.settings.SettingRules;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.time.Duration;

/**
 * Settings of Meta's limits, and of how close the hub goes to them.
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
        SettingRules.of("hub.send.limits")
                .between("coexistence", coexistence, 1, MOST, "20")
                .between("standard", standard, 1, MOST, "80")
                .between("high", high, 1, MOST, "1000")
                .atLeast("pair-burst", pairBurst, 1, "45")
                .positive("pair-refill", pairRefill, "6s")
                .positive("refresh", refresh, "1h")
                .notNegative("transit", transit, "250ms")
                .check();
    }
}
