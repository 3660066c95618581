package org.coexhub.outbound.command.signed;

import org.coexhub.platform.http.Hmac;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * The receiving side of Standard Webhooks: {@code webhook-signature} holds {@code v1,} and the base64 HMAC-SHA256 of
 * {@code <webhook-id>.<webhook-timestamp>.<body>}, several of them separated by spaces while a secret is rotated. The
 * body counts as the bytes that came. The timestamp is signed, so that a request overheard once is of no use later.
 */
final class StandardWebhooksSignature {

    static final String ID = "webhook-id";
    static final String TIMESTAMP = "webhook-timestamp";
    static final String SIGNATURE = "webhook-signature";

    private static final String VERSION = "v1,";
    private static final Duration UNIT = Duration.ofSeconds(1);

    private final List<Hmac> keys;

    StandardWebhooksSignature(List<byte[]> keys) {
        this.keys = keys.stream().map(Hmac::new).toList();
    }

    /**
     * @return the place of the key that was signed with
     * @throws UnverifiedCommandException saying which of the headers is at fault
     */
    int verify(String id, String timestamp, String signatures, byte[] body, Instant now) {
        if (isBlank(id) || isBlank(timestamp) || isBlank(signatures)) {
            throw new UnverifiedCommandException(
                    "send " + ID + ", " + TIMESTAMP + " and " + SIGNATURE + " (Standard Webhooks)");
        }
        if (!Hmac.isRecent(timestamp, UNIT, now)) {
            throw new UnverifiedCommandException(
                    TIMESTAMP
                            + " is more than 5 minutes off the hub's clock; sign each attempt"
                            + " anew");
        }
        int key = matching(id, timestamp, signatures, body);
        if (key < 0) {
            throw new UnverifiedCommandException(
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
                && Hmac.isRecent(timestamp, UNIT, now);
    }

    /** Every signature against every key, in constant time, so that timing tells nothing of either. */
    private int matching(String id, String timestamp, String signatures, byte[] body) {
        List<String> given =
                Arrays.stream(signatures.strip().split(" +"))
                        .filter(one -> one.startsWith(VERSION))
                        .map(one -> one.substring(VERSION.length()))
                        .toList();
        int matched = -1;
        for (int place = 0; place < keys.size(); place++) {
            byte[] digest = keys.get(place).sign(utf8(id + "." + timestamp + "."), body);
            String expected = Base64.getEncoder().encodeToString(digest);
            for (String one : given) {
                if (Hmac.same(expected, one)) {
                    matched = place;
                }
            }
        }
        return matched;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isBlank(String header) {
        return header == null || header.isBlank();
    }
}
