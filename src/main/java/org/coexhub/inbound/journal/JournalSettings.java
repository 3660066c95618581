package org.coexhub.inbound.journal;

import org.coexhub.platform.settings.SettingRules;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import java.time.Duration;

/**
 * Settings of the journal: how requests share durable commits.
 *
 * @param writers JMS sessions that commit side by side
 * @param timeout longest wait for a commit before the request is answered 503
 * @param maxWaiting requests that may wait for a commit; more are answered 503 at once
 * @param maxWaitingSize memory of requests that may wait for a commit, each at least 64 KB; more are answered 503 at once
 */
@ConfigurationProperties("hub.journal")
public record JournalSettings(
        @DefaultValue("2") int writers,
        @DefaultValue("5s") Duration timeout,
        @DefaultValue("4096") int maxWaiting,
        @DefaultValue("96MB") DataSize maxWaitingSize) {

    public JournalSettings {
        SettingRules.of("hub.journal")
                .between("writers", writers, 1, 64, "2")
                .positive("timeout", timeout, "5s")
                .atLeast("max-waiting", maxWaiting, 1, "4096")
                .positive("max-waiting-size", maxWaitingSize, "96MB")
                .check();
    }
}
