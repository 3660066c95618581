package org.coexhub.command.signed;

import org.coexhub.settings.SettingRules;
import org.coexhub.settings.SigningSecret;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.util.List;

/**
 * @param secret {@code whsec_} and 24 to 64 bytes in base64, as Standard Webhooks asks; several while rotating, or one
 *     per caller; empty: no signed commands
 */
@ConfigurationProperties("hub.commands")
record SignedCommandSettings(@DefaultValue({}) List<String> secret) {

    SignedCommandSettings {
        secret = SigningSecret.filled(secret);
        var rules = SettingRules.of("hub.commands");
        SigningSecret.require(rules, "secret", secret);
        rules.check();
    }

    /** The bytes to sign with, one per secret. */
    List<byte[]> keys() {
        return secret.stream().map(SigningSecret::bytes).toList();
    }

    @Override
    public String toString() {
        return "SignedCommandSettings[" + secret.size() + " secrets]";
    }
}
