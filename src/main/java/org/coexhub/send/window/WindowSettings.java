package org.coexhub.send.window;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.time.Duration;

/**
 * What happens outside the window.
 *
 * @param hold how long a command that asks to be held waits for the customer where it names no {@code expiresAt}
 */
@ConfigurationProperties("hub.window")
public record WindowSettings(@DefaultValue("72h") Duration hold) {

    public WindowSettings {
        if (hold.isNegative() || hold.isZero()) {
            throw new IllegalArgumentException(
                    "hub.window.hold must be longer than nothing, e.g. 72h");
        }
    }
}
