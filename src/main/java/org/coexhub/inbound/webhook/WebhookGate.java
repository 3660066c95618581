package org.coexhub.inbound.webhook;

import org.apache.camel.Body;
import org.apache.camel.Header;
import org.apache.camel.Headers;
import org.coexhub.platform.http.RefusedCallers;
import org.springframework.stereotype.Component;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;

/**
 * Verifies every caller of the webhook path by two questions: does it know the verify token, did it sign with the app
 * secret.
 */
@Component("webhookGate")
class WebhookGate {

    private static final String PATH = "/webhooks/whatsapp";

    private final WebhookSettings settings;
    private final Signature signature;
    private final RefusedCallers refused;

    WebhookGate(WebhookSettings settings, RefusedCallers refused) {
        this.settings = settings;
        this.refused = refused;
        this.signature = new Signature(settings.appSecret());
    }

    /**
     * Meta's handshake.
     *
     * @return the challenge, to be sent back as it is
     * @throws HandshakeRefusedException another mode, or not our verify token
     */
    public String handshake(@Headers Map<String, Object> query) {
        boolean ours =
                "subscribe".equals(query.get("hub.mode"))
                        && query.get("hub.challenge") != null
                        && isVerifyToken(query.get("hub.verify_token"));
        if (!ours) {
            refused.note(
                    PATH,
                    "verify_token",
                    "a handshake does not bring the value of HUB_META_VERIFY_TOKEN; enter that"
                            + " value as verify token in Meta's App Dashboard, WhatsApp,"
                            + " Configuration");
            throw new HandshakeRefusedException();
        }
        return query.get("hub.challenge").toString();
    }

    /** @throws UnverifiedWebhookException nothing of the body may be believed */
    public void verify(@Body byte[] body, @Header(Signature.HEADER) String header) {
        if (!signature.matches(header, body)) {
            noteWhy(header);
            throw new UnverifiedWebhookException();
        }
    }

    private void noteWhy(String header) {
        if (Signature.isWellFormed(header)) {
            refused.note(
                    PATH,
                    "signature",
                    "the signature fits none of the "
                            + settings.appSecret().size()
                            + " secrets in HUB_META_APP_SECRET, so no webhook of Meta's gets in if"
                            + " these are Meta's: take App Secret from Meta's App Dashboard, App"
                            + " settings, Basic, of the app that is subscribed; or a proxy before"
                            + " the hub changes bodies");
        } else {
            refused.note(
                    PATH,
                    "no_signature",
                    "no header X-Hub-Signature-256, or not of Meta's form: a stranger, or a proxy"
                            + " before the hub that removes it");
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
