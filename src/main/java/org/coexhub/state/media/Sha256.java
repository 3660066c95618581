package org.coexhub.state.media;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/** SHA-256 as Meta writes it: in hex in some webhooks, in base64 in others. */
final class Sha256 {

    private static final int BYTES = 32;

    private Sha256() {}

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static String hex(byte[] hash) {
        return HexFormat.of().formatHex(hash);
    }

    /** A name for the store that holds nothing an outsider chose. */
    static String key(String mediaId) {
        return hex(digest().digest(mediaId.getBytes(StandardCharsets.UTF_8)));
    }

    /** True also where nothing readable was promised. */
    static boolean matches(String promised, byte[] hash) {
        byte[] expected = read(promised);
        return expected == null || MessageDigest.isEqual(expected, hash);
    }

    private static byte[] read(String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        try {
            byte[] hash =
                    text.strip().matches("[0-9A-Fa-f]{64}")
                            ? HexFormat.of().parseHex(text.strip())
                            : Base64.getMimeDecoder()
                                    .decode(text.strip().replace('-', '+').replace('_', '/'));
            return hash.length == BYTES ? hash : null;
        } catch (IllegalArgumentException unreadable) {
            return null;
        }
    }
}
