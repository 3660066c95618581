package org.coexhub.webhook;

import org.apache.camel.Body;
import org.apache.camel.Header;
import org.apache.camel.Headers;
import org.springframework.stereotype.Component;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;

/** The two questions asked of every caller: do you know the verify token, did you sign with the app secret. */
@Component("webhookGate")
class WebhookGate {

    private final WebhookSettings settings;
    private final Signature signature;

    WebhookGate(WebhookSettings settings) {
        this.settings = settings;
        this.signature = new Signature(settings.appSecret());
    }

    /**
     * Meta's handshake.
     *
     * @return the challenge, to be sent back as it is
     * @throws HandshakeRefused another mode, or not our verify token
     */
    public String handshake(@Headers Map<String, Object> query) {
        boolean ours =
                "subscribe".equals(query.get("hub.mode"))
                        && query.get("hub.challenge") != null
                        && isVerifyToken(query.get("hub.verify_token"));
        if (!ours) {
            throw new HandshakeRefused();
        }
        return query.get("hub.challenge").toString();
    }

    /** @throws UnverifiedWebhook nothing of the body may be believed */
    public void verify(@Body byte[] body, @Header(Signature.HEADER) String header) {
        if (!signature.matches(header, body)) {
            throw new UnverifiedWebhook();
        }
    }

    private boolean isVerifyToken(Object given) {
        return given != null
                && !settings.verifyToken().isEmpty()
                && MessageDigest.isEqual(
                        settings.verifyToken().getBytes(StandardCharsets.UTF_8),
                        given.toString().getBytes(StandardCharsets.UTF_8));
    }
}
