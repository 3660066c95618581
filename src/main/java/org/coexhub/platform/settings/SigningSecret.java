package org.coexhub.platform.settings;

import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** The secret of a Standard Webhooks signature: {@code whsec_} and 24 to 64 bytes in base64. */
public final class SigningSecret {

    private static final String PREFIX = "whsec_";
    private static final int SHORTEST = 24;
    private static final int LONGEST = 64;

    private SigningSecret() {}

    /** Without blanks and empty entries, as a list with commas may have them. */
    public static List<String> filled(List<String> secrets) {
        return secrets.stream().map(String::strip).filter(s -> !s.isEmpty()).toList();
    }

    /** Adds a fault unless each is such a secret. */
    public static void require(SettingRules rules, String name, List<String> secrets) {
        rules.require(
                secrets.stream().allMatch(secret -> decoded(secret).isPresent()),
                name,
                "must be whsec_ followed by 24 to 64 bytes in base64",
                "what this prints: echo whsec_$(openssl rand -base64 32)");
    }

    /** The bytes to sign with. */
    public static byte[] bytes(String secret) {
        return decoded(secret)
                .orElseThrow(() -> new IllegalArgumentException("not a signing secret"));
    }

    private static Optional<byte[]> decoded(String secret) {
        if (!secret.startsWith(PREFIX)) {
            return Optional.empty();
        }
        try {
            byte[] key = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
            return key.length >= SHORTEST && key.length <= LONGEST
                    ? Optional.of(key)
                    : Optional.empty();
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }
}
