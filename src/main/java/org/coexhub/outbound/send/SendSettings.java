package org.coexhub.outbound.send;

import org.coexhub.platform.settings.SettingRules;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.time.Duration;

/**
 * Settings of the sender: how long it tries, waits and remembers.
 *
 * @param giveUpAfter for how long a command is tried while Meta asks to come later or cannot be reached, from the first of these
 *     tries on
 * @param resendAfter how long a status may take after an unknown outcome before {@code resendOnce} sends again
 * @param resolveWithin how long an unknown outcome may become known before the command fails with
 *     {@code outcome_unknown}
 * @param recordWithin how long after Graph's time-out a hub may take to record an answer; the call of a hub that ended
 *     meanwhile counts as interrupted then, and its outcome as unknown
 * @param keyLife how long an idempotency key is remembered; at least 7 days
 * @param sweepBatch most pointers put in one sweep
 */
@ConfigurationProperties("hub.send")
public record SendSettings(
        @DefaultValue("24h") Duration giveUpAfter,
        @DefaultValue("60s") Duration resendAfter,
        @DefaultValue("1h") Duration resolveWithin,
        @DefaultValue("60s") Duration recordWithin,
        @DefaultValue("30d") Duration keyLife,
        @DefaultValue("500") int sweepBatch) {

    private static final Duration SHORTEST_KEY_LIFE = Duration.ofDays(7);

    public SendSettings {
        SettingRules.of("hub.send")
                .positive("give-up-after", giveUpAfter, "24h")
                .positive("resend-after", resendAfter, "60s")
                .positive("resolve-within", resolveWithin, "1h")
                .positive("record-within", recordWithin, "60s")
                .require(
                        keyLife.compareTo(SHORTEST_KEY_LIFE) >= 0,
                        "key-life",
                        "must be at least 7d",
                        "30d")
                .atLeast("sweep-batch", sweepBatch, 1, "500")
                .check();
    }
}
