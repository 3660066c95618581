package org.coexhub.inbound.webhook;

import org.coexhub.platform.http.Hmac;

import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/**
 * Meta's {@code X-Hub-Signature-256}: {@code sha256=} and the hex HMAC-SHA256 of the raw request bytes under the app
 * secret. The bytes are taken as they came; a body that was decoded and encoded again no longer matches.
 */
final class Signature {

    static final String HEADER = "X-Hub-Signature-256";
    private static final String PREFIX = "sha256=";
    private static final int HEX_LENGTH = 64;

    private final List<Hmac> keys;

    Signature(List<String> secrets) {
        keys = secrets.stream().map(Hmac::of).toList();
    }

    /** Whether a header could be a signature at all, whatever was signed. */
    static boolean isWellFormed(String header) {
        return digestIn(header).length > 0;
    }

    /** Compares in constant time, with every secret, so timing tells neither the digest nor which secret is in use. */
    boolean matches(String header, byte[] body) {
        byte[] given = digestIn(header);
        boolean matched = false;
        for (Hmac key : keys) {
            matched |= MessageDigest.isEqual(key.sign(body), given);
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
}
