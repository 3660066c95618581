package org.coexhub.connector.hubspot;

import org.coexhub.outbound.command.signed.UnverifiedCommandException;
import org.coexhub.platform.http.Hmac;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * HubSpot's request signature, version 3: {@code X-HubSpot-Signature-v3} is the base64 HMAC-SHA256, under the app's
 * client secret, of method, address, body and {@code X-HubSpot-Request-Timestamp} (milliseconds) one after the other. In
 * the address some characters count as decoded. Older versions, which HubSpot sends as well, are not looked at: they do
 * not protect against a request that was overheard.
 *
 * @see <a href="https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation">HubSpot</a>
 */
final class HubSpotSignature {

    static final String SIGNATURE = "X-HubSpot-Signature-v3";
    static final String TIMESTAMP = "X-HubSpot-Request-Timestamp";
    private static final Duration UNIT = Duration.ofMillis(1);

    private static final Pattern ESCAPE = Pattern.compile("%[0-9A-Fa-f]{2}");

    /** The characters that HubSpot's table names; all others stay as they were sent. */
    private static final Map<String, String> DECODED =
            Map.ofEntries(
                    Map.entry("%3A", ":"),
                    Map.entry("%2F", "/"),
                    Map.entry("%3F", "?"),
                    Map.entry("%40", "@"),
                    Map.entry("%21", "!"),
                    Map.entry("%24", "$"),
                    Map.entry("%27", "'"),
                    Map.entry("%28", "("),
                    Map.entry("%29", ")"),
                    Map.entry("%2A", "*"),
                    Map.entry("%2C", ","),
                    Map.entry("%3B", ";"));

    private final List<Hmac> keys;

    HubSpotSignature(List<String> clientSecrets) {
        keys = clientSecrets.stream().map(Hmac::of).toList();
    }

    /** Whether a body could exist that these headers fit, as far as can be said without the secret. */
    static boolean couldMatch(String given, String timestamp, Instant now) {
        return given != null && timestamp != null && Hmac.isRecent(timestamp, UNIT, now);
    }

    /** @throws UnverifiedCommandException the request is not HubSpot's, or an old one */
    void verify(
            String method, String uri, byte[] body, String timestamp, String given, Instant now) {
        if (given == null || timestamp == null) {
            throw new UnverifiedCommandException(
                    SIGNATURE
                            + " or "
                            + TIMESTAMP
                            + " is missing: let the workflow's webhook include the request"
                            + " signature");
        }
        boolean matched = false;
        for (Hmac key : keys) {
            byte[] digest = key.sign(utf8(method + decoded(uri)), body, utf8(timestamp));
            matched |= Hmac.same(Base64.getEncoder().encodeToString(digest), given.strip());
        }
        if (!matched) {
            throw new UnverifiedCommandException(
                    SIGNATURE
                            + " does not match: HUB_HUBSPOT_CLIENT_SECRET is of another app, or"
                            + " HUB_HUBSPOT_PUBLIC_URL is not the address HubSpot calls");
        }
        if (!Hmac.isRecent(timestamp, UNIT, now)) {
            throw new UnverifiedCommandException(
                    TIMESTAMP + " is more than 5 minutes off the hub's clock");
        }
    }

    static String decoded(String uri) {
        return ESCAPE.matcher(uri)
                .replaceAll(
                        found ->
                                Matcher.quoteReplacement(
                                        DECODED.getOrDefault(
                                                found.group().toUpperCase(java.util.Locale.ROOT),
                                                found.group())));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
