package org.coexhub.command.signed;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.util.Base64;
import java.util.List;

/**
 * @param secret {@code whsec_} and 24 to 64 bytes in base64, as Standard Webhooks asks; several while rotating, or one
 *     per caller; empty: no signed commands
 */
@ConfigurationProperties("hub.commands")
record SignedCommandSettings(@DefaultValue({}) List<String> secret) {

    private static final String PREFIX = "whsec_";

    SignedCommandSettings {
        secret = secret.stream().map(String::strip).filter(s -> !s.isEmpty()).toList();
        secret.forEach(SignedCommandSettings::key);
    }

    /** The bytes to sign with, one per secret. */
    List<byte[]> keys() {
        return secret.stream().map(SignedCommandSettings::key).toList();
    }

    private static byte[] key(String secret) {
        try {
            if (secret.startsWith(PREFIX)) {
                byte[] key = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
                if (key.length >= 24 && key.length <= 64) {
                    return key;
                }
            }
        } catch (IllegalArgumentException notBase64) {
            // Answered below, without the secret.
        }
        throw new IllegalArgumentException(
                "HUB_COMMANDS_SECRET is not whsec_ followed by 24 to 64 bytes in base64; make one"
                        + " with: echo whsec_$(openssl rand -base64 32)");
    }

    @Override
    public String toString() {
        return "SignedCommandSettings[" + secret.size() + " secrets]";
    }
}
