package org.coexhub.state.conversation;

import org.coexhub.platform.settings.SettingRules;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.time.Duration;

/**
 * Settings of the handover: when bots are silent.
 *
 * @param duration how long after a person's last message in the app
 * @param keyword typed in the app as a whole message, it gives the conversation back to the bot
 */
@ConfigurationProperties("hub.handover")
public record HandoverSettings(
        @DefaultValue("12h") Duration duration, @DefaultValue("#bot") String keyword) {

    public HandoverSettings {
        SettingRules.of("hub.handover")
                .positive("duration", duration, "12h")
                .require(!keyword.isBlank(), "keyword", "must not be empty", "#bot")
                .check();
    }
}
