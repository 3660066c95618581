package org.coexhub.sandbox.meta.account;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.UUID;

/** A refusal by Graph, thrown where the rule lives and written once where the request ends. */
public final class GraphException extends RuntimeException {
    private final int httpStatus;
    private final String type;
    private final int code;
    private final Integer subcode;
    private final String details;

    private GraphException(
            int httpStatus,
            String type,
            int code,
            Integer subcode,
            String message,
            String details) {
        super(message);
        this.httpStatus = httpStatus;
        this.type = type;
        this.code = code;
        this.subcode = subcode;
        this.details = details;
    }

    private static GraphException oauth(int httpStatus, int code, String title, String details) {
        return new GraphException(
                httpStatus, "OAuthException", code, null, "(#" + code + ") " + title, details);
    }

    public static GraphException missingToken() {
        return new GraphException(
                401,
                "OAuthException",
                104,
                null,
                "An access token is required to request this resource",
                null);
    }

    public static GraphException badToken() {
        return new GraphException(
                401,
                "OAuthException",
                190,
                460,
                "Error validating access token: The session has been invalidated",
                null);
    }

    public static GraphException badRequest(String message) {
        return oauth(400, 100, message, null);
    }

    public static GraphException noSuchObject(String id) {
        return new GraphException(
                400,
                "GraphMethodException",
                100,
                33,
                "Unsupported request. Object with ID '"
                        + id
                        + "' does not exist, cannot be loaded due to missing permissions, or does"
                        + " not support this operation",
                null);
    }

    public static GraphException missing(String parameter) {
        return oauth(
                400,
                131008,
                "Required parameter is missing",
                "Parameter '" + parameter + "' is missing");
    }

    public static GraphException invalid(String details) {
        return oauth(400, 131009, "Parameter value is not valid", details);
    }

    public static GraphException undeliverable() {
        return oauth(
                400,
                131026,
                "Message undeliverable",
                "The recipient is not on WhatsApp, has not accepted the terms, or uses a client"
                        + " that is too old");
    }

    public static GraphException windowClosed() {
        return oauth(
                400,
                131047,
                "Re-engagement message",
                "More than 24 hours have passed since the customer last wrote to this number");
    }

    public static GraphException optedOut() {
        return oauth(
                400,
                131050,
                "User has stopped marketing messages",
                "The recipient has chosen to stop receiving marketing messages on WhatsApp from"
                        + " your business");
    }

    public static GraphException throughput() {
        return oauth(
                429,
                130429,
                "Rate limit hit",
                "The number sent more than 20 messages in one second");
    }

    public static GraphException pairLimit() {
        return oauth(
                400,
                131056,
                "(Business Account, Consumer Account) pair rate limit hit",
                "Too many messages from this number to the same customer in a short time");
    }

    public static GraphException unknownTemplate(String name, String language) {
        return oauth(
                404,
                132001,
                "Template name does not exist in the translation",
                "template name (" + name + ") does not exist in " + language);
    }

    public static GraphException templateParameters(int given, int wanted) {
        return oauth(
                400,
                132000,
                "Number of parameters does not match the expected number of params",
                "body: number of localizable_params ("
                        + given
                        + ") does not match the expected number of params ("
                        + wanted
                        + ")");
    }

    public static GraphException templatePaused() {
        return oauth(
                400, 132015, "Template is paused", "The template is paused due to low quality");
    }

    public static GraphException templateDisabled() {
        return oauth(400, 132016, "Template is disabled", "The template was paused too many times");
    }

    public static GraphException somethingWrong() {
        return oauth(
                500, 131000, "Something went wrong", "The message failed for an unknown reason");
    }

    public static GraphException unavailable() {
        return oauth(500, 131016, "Service unavailable", "A service is temporarily unavailable");
    }

    public static GraphException syncAlreadyUsed() {
        return oauth(
                400,
                2593107,
                "Sync was already requested",
                "Each type can be asked for once after onboarding");
    }

    public static GraphException syncTooLate() {
        return oauth(
                400,
                2593108,
                "Sync window is over",
                "More than 24 hours have passed since onboarding");
    }

    public static GraphException notForCoexistence(String call) {
        return badRequest(
                call
                        + " is not available for a number that is used with the WhatsApp Business"
                        + " app (SMB)");
    }

    public int httpStatus() {
        return httpStatus;
    }

    int code() {
        return code;
    }

    public ObjectNode toJson() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ObjectNode error = root.putObject("error");
        error.put("message", getMessage()).put("type", type).put("code", code);
        if (subcode != null) {
            error.put("error_subcode", subcode);
        }
        if (details != null) {
            error.putObject("error_data")
                    .put("messaging_product", "whatsapp")
                    .put("details", details);
        }
        error.put(
                "fbtrace_id", "A" + UUID.randomUUID().toString().replace("-", "").substring(0, 22));
        return root;
    }
}
