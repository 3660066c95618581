package org.coexhub.outbound.send.rule;

import org.coexhub.platform.settings.SettingRules;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.time.Duration;

/**
 * Settings for commands outside the window.
 *
 * @param hold how long a command that asks to be held waits for the customer where it names no {@code expiresAt}
 */
@ConfigurationProperties("hub.window")
public record WindowSettings(@DefaultValue("72h") Duration hold) {

    public WindowSettings {
        SettingRules.of("hub.window").positive("hold", hold, "72h").check();
    }
}
