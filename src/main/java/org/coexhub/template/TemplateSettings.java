package org.coexhub.template;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.time.Duration;

/**
 * How templates are kept.
 *
 * @param refresh how often each account's list is fetched anew, beside what webhooks tell
 */
@ConfigurationProperties("hub.templates")
public record TemplateSettings(@DefaultValue("6h") Duration refresh) {

    private static final Duration SHORTEST = Duration.ofMinutes(1);

    public TemplateSettings {
        if (refresh.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException(
                    "hub.templates.refresh must be at least 1m, e.g. 6h");
        }
    }
}
