package org.coexhub.sandbox.hubspot;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.UUID;

/** A request that HubSpot does not answer as asked, in its own words. */
final class HubSpotError extends RuntimeException {

    private final int status;
    private final transient ObjectNode body;

    HubSpotError(int status, String category, String message) {
        super(message, null, false, false);
        this.status = status;
        this.body =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("status", "error")
                        .put("message", message)
                        .put("correlationId", UUID.randomUUID().toString())
                        .put("category", category);
    }

    static HubSpotError limit(String policy) {
        String words = policy.toLowerCase(java.util.Locale.ROOT);
        var error =
                new HubSpotError(429, "RATE_LIMITS", "You have reached your " + words + " limit.");
        error.body.put("errorType", "RATE_LIMIT").put("policyName", policy);
        return error;
    }

    static HubSpotError invalid(String message) {
        return new HubSpotError(400, "VALIDATION_ERROR", message);
    }

    int status() {
        return status;
    }

    String category() {
        return body.path("category").asText();
    }

    ObjectNode body() {
        return body;
    }
}
