package org.coexhub.inbound.webhook;

/** Thrown when a webhook's signature is missing or made with none of the configured app secrets. */
public final class UnverifiedWebhook extends RuntimeException {

    UnverifiedWebhook() {
        super("signature missing or not made with a configured app secret", null, false, false);
    }
}
