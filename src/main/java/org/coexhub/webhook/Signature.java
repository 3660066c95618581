package org.coexhub.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Meta's {@code X-Hub-Signature-256}: {@code sha256=} and the hex HMAC-SHA256 of the raw request bytes under the app
 * secret. The bytes are taken as they came; a body that was decoded and encoded again no longer matches.
 */
final class Signature {

    static final String HEADER = "X-Hub-Signature-256";
    private static final String PREFIX = "sha256=";
    private static final String ALGORITHM = "HmacSHA256";
    private static final int HEX_LENGTH = 64;

    private final List<SecretKeySpec> keys;

    Signature(List<String> secrets) {
        keys =
                secrets.stream()
                        .map(
                                secret ->
                                        new SecretKeySpec(
                                                secret.getBytes(StandardCharsets.UTF_8), ALGORITHM))
                        .toList();
    }

    /** Whether a header could be a signature at all, whatever was signed. */
    static boolean isWellFormed(String header) {
        return digestIn(header).length > 0;
    }

    /** Compares in constant time, with every secret, so timing tells neither the digest nor which secret is in use. */
    boolean matches(String header, byte[] body) {
        byte[] given = digestIn(header);
        boolean matched = false;
        for (SecretKeySpec key : keys) {
            matched |= MessageDigest.isEqual(digest(key, body), given);
        }
        return matched;
    }

    private static byte[] digestIn(String header) {
        if (header == null
                || !header.startsWith(PREFIX)
                || header.length() != PREFIX.length() + HEX_LENGTH) {
            return new byte[0];
        }
        try {
            return HexFormat.of().parseHex(header, PREFIX.length(), header.length());
        } catch (IllegalArgumentException notHex) {
            return new byte[0];
        }
    }

    private static byte[] digest(SecretKeySpec key, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java lacks " + ALGORITHM, e);
        }
    }
}
