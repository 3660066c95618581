package org.coexhub.connector.chatwoot.incoming;

import jakarta.servlet.http.HttpServletRequest;

import org.apache.camel.Body;
import org.apache.camel.Header;
import org.coexhub.connector.chatwoot.client.ChatwootSettings;
import org.coexhub.platform.http.Hmac;
import org.coexhub.platform.http.RefusedCallers;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;

/**
 * Verifies that a webhook is Chatwoot's: by its signature, {@code sha256=} and the hex HMAC-SHA256 of
 * {@code <timestamp>.<body>}, which versions from 4.13 send; by the token in the address, for those before. Where both
 * are set both have to be right.
 */
public final class ChatwootGate {

    public static final String SIGNATURE = "X-Chatwoot-Signature";
    public static final String TIMESTAMP = "X-Chatwoot-Timestamp";

    /** The parameter {@code token} of the address. */
    public static final String TOKEN = "query.token";

    private static final String PREFIX = "sha256=";

    private static final Duration UNIT = Duration.ofSeconds(1);

    private final ChatwootSettings settings;
    private final InstantSource clock;
    private final RefusedCallers refused;

    public ChatwootGate(ChatwootSettings settings, InstantSource clock, RefusedCallers refused) {
        this.refused = refused;
        this.settings = settings;
        this.clock = clock;
    }

    /** Whether the body can make up for what address and headers say. */
    public boolean isWorthReading(HttpServletRequest request) {
        boolean known = settings.webhookToken().isBlank() || isToken(request.getParameter("token"));
        boolean signed =
                settings.webhookSecret().isEmpty()
                        || isFresh(request.getHeader(TIMESTAMP))
                                && request.getHeader(SIGNATURE) != null;
        return known && signed;
    }

    /** @throws UnverifiedChatwootException nothing of the body may be believed */
    public void verify(
            @Body byte[] body,
            @Header(SIGNATURE) String signature,
            @Header(TIMESTAMP) String timestamp,
            @Header(TOKEN) String token) {
        boolean known = settings.webhookToken().isBlank() || isToken(token);
        boolean signed =
                settings.webhookSecret().isEmpty()
                        || isFresh(timestamp) && isSigned(body, timestamp, signature);
        if (!known || !signed) {
            refused.note(
                    "/webhooks/chatwoot",
                    known ? "signature" : "token",
                    known
                            ? "X-Chatwoot-Signature fits no secret in HUB_CHATWOOT_WEBHOOK_SECRET,"
                                    + " or is missing, or more than 5 minutes old by the hub's"
                                    + " clock; copy the webhook's secret from Chatwoot"
                            : "the address does not end in ?token= and the value of"
                                    + " HUB_CHATWOOT_WEBHOOK_TOKEN; correct the inbox's webhook"
                                    + " address in Chatwoot");
            throw new UnverifiedChatwootException();
        }
    }

    private boolean isToken(String given) {
        return Hmac.same(settings.webhookToken(), given);
    }

    private boolean isFresh(String timestamp) {
        return timestamp != null
                && timestamp.matches("[0-9]{1,12}")
                && Hmac.isRecent(timestamp, UNIT, clock.instant());
    }

    /** With every secret, so timing does not tell which is in use. */
    private boolean isSigned(byte[] body, String timestamp, String signature) {
        boolean signed = false;
        for (String secret : settings.webhookSecret()) {
            byte[] digest = Hmac.of(secret).sign(utf8(timestamp + "."), body);
            signed |= Hmac.same(PREFIX + HexFormat.of().formatHex(digest), signature);
        }
        return signed;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
