package org.coexhub.command.signed;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The receiving side of Standard Webhooks: {@code webhook-signature} holds {@code v1,} and the base64 HMAC-SHA256 of
 * {@code <webhook-id>.<webhook-timestamp>.<body>}, several of them separated by spaces while a secret is rotated. The
 * body counts as the bytes that came. The timestamp is signed, so that a request overheard once is of no use later.
 */
final class StandardWebhooksSignature {

    static final String ID = "webhook-id";
    static final String TIMESTAMP = "webhook-timestamp";
    static final String SIGNATURE = "webhook-signature";
    static final Duration TOLERANCE = Duration.ofMinutes(5);

    private static final String VERSION = "v1,";
    private static final String ALGORITHM = "HmacSHA256";

    private final List<SecretKeySpec> keys;

    StandardWebhooksSignature(List<byte[]> keys) {
        this.keys = keys.stream().map(key -> new SecretKeySpec(key, ALGORITHM)).toList();
    }

    /**
     * @return the place of the key that was signed with
     * @throws UnverifiedCommand saying which of the headers is at fault
     */
    int verify(String id, String timestamp, String signatures, byte[] body, Instant now) {
        if (isBlank(id) || isBlank(timestamp) || isBlank(signatures)) {
            throw new UnverifiedCommand(
                    "send " + ID + ", " + TIMESTAMP + " and " + SIGNATURE + " (Standard Webhooks)");
        }
        if (!isRecent(timestamp, now)) {
            throw new UnverifiedCommand(
                    TIMESTAMP
                            + " is more than 5 minutes off the hub's clock; sign each attempt"
                            + " anew");
        }
        int key = matching(id, timestamp, signatures, body);
        if (key < 0) {
            throw new UnverifiedCommand(
                    SIGNATURE
                            + " is made with none of the secrets in HUB_COMMANDS_SECRET or"
                            + " HUB_COMMANDS_CALLERS_<NAME>_SECRET, or over other bytes");
        }
        return key;
    }

    /** Whether a body could exist that these headers fit, as far as can be said without the secret. */
    static boolean couldMatch(String id, String timestamp, String signatures, Instant now) {
        return !isBlank(id)
                && !isBlank(timestamp)
                && !isBlank(signatures)
                && signatures.contains(VERSION)
                && isRecent(timestamp, now);
    }

    /** Every signature against every key, in constant time, so that timing tells nothing of either. */
    private int matching(String id, String timestamp, String signatures, byte[] body) {
        List<byte[]> given =
                Arrays.stream(signatures.strip().split(" +"))
                        .filter(one -> one.startsWith(VERSION))
                        .map(
                                one ->
                                        one.substring(VERSION.length())
                                                .getBytes(StandardCharsets.UTF_8))
                        .toList();
        int matched = -1;
        for (int place = 0; place < keys.size(); place++) {
            byte[] expected =
                    Base64.getEncoder().encode(digest(keys.get(place), id, timestamp, body));
            for (byte[] one : given) {
                if (MessageDigest.isEqual(expected, one)) {
                    matched = place;
                }
            }
        }
        return matched;
    }

    private static boolean isRecent(String timestamp, Instant now) {
        try {
            Instant signed = Instant.ofEpochSecond(Long.parseLong(timestamp));
            return Duration.between(signed, now).abs().compareTo(TOLERANCE) <= 0;
        } catch (ArithmeticException | java.time.DateTimeException | NumberFormatException e) {
            return false;
        }
    }

    private static byte[] digest(SecretKeySpec key, String id, String timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java lacks " + ALGORITHM, e);
        }
    }

    private static boolean isBlank(String header) {
        return header == null || header.isBlank();
    }
}
