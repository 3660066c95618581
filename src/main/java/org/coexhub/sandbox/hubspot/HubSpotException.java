package org.coexhub.sandbox.hubspot;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.UUID;

/** A request that HubSpot does not answer as asked, in its own words. */
final class HubSpotException extends RuntimeException {

    private final int status;
    private final transient ObjectNode body;

    HubSpotException(int status, String category, String message) {
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

    static HubSpotException limit(String policy) {
        String words = policy.toLowerCase(java.util.Locale.ROOT);
        var error =
                new HubSpotException(
                        429, "RATE_LIMITS", "You have reached your " + words + " limit.");
        error.body.put("errorType", "RATE_LIMIT").put("policyName", policy);
        return error;
    }

    static HubSpotException invalid(String message) {
        return new HubSpotException(400, "VALIDATION_ERROR", message);
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
