package org.coexhub.outbound.template;

import org.coexhub.platform.settings.SettingRules;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.time.Duration;

/**
 * Settings of templates: how they are kept fresh.
 *
 * @param refresh how often each account's list is fetched anew, beside what webhooks tell
 */
@ConfigurationProperties("hub.templates")
public record TemplateSettings(@DefaultValue("6h") Duration refresh) {

    private static final Duration SHORTEST = Duration.ofMinutes(1);

    public TemplateSettings {
        SettingRules.of("hub.templates")
                .require(refresh.compareTo(SHORTEST) >= 0, "refresh", "must be at least 1m", "6h")
                .check();
    }
}
