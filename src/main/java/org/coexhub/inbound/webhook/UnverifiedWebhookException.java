package org.coexhub.inbound.webhook;

/** Thrown when a webhook's signature is missing or made with none of the configured app secrets. */
public final class UnverifiedWebhookException extends RuntimeException {

    UnverifiedWebhookException() {
        super("signature missing or not made with a configured app secret", null, false, false);
    }
}
