package org.coexhub.sandbox.meta.account;

import java.time.Instant;

/**
 * One try to hand a webhook over.
 *
 * @param post the same for all tries of one POST
 * @param number 1 for the first try
 * @param fields the webhook fields inside, comma-separated
 * @param status HTTP status of the hub, 0 when there was no answer
 */
public record WebhookAttempt(String post, int number, Instant at, String fields, int status) {}
