package org.coexhub.connector.salesforce.client;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.delivery.failure.DeliveryFailedException;

import java.time.Duration;
import java.util.Set;

/**
 * An error of Salesforce and what it means.
 *
 * <p>Three kinds. <em>Passing</em>: locks, limits, outages. <em>Of the setup</em>: the object or a field is missing, the
 * user may not, the login is refused; every event would meet it, so the destination pauses, its error says what to mend,
 * and nothing is lost. <em>Lasting</em>: this record was refused, by a validation rule or for its content; it alone goes
 * to the dead letters.
 *
 * @param status HTTP status, or null for a record in an answer that was otherwise fine
 * @param code Salesforce's own, such as {@code UNABLE_TO_LOCK_ROW}
 * @param detail names of fields, or the message where it cannot quote a customer
 */
public record SalesforceFault(Integer status, String code, String detail) {

    public static final String REQUEST_LIMIT = "REQUEST_LIMIT_EXCEEDED";

    private static final Set<String> PASSING =
            Set.of(
                    REQUEST_LIMIT,
                    "UNABLE_TO_LOCK_ROW",
                    "SERVER_UNAVAILABLE",
                    "REQUEST_RUNNING_TOO_LONG",
                    "QUERY_TIMEOUT",
                    "CONCURRENT_REQUESTS_LIMIT_EXCEEDED",
                    "STORAGE_LIMIT_EXCEEDED",
                    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
                    "PROCESSING_HALTED");

    private static final Set<String> OF_THE_SETUP =
            Set.of(
                    "INVALID_TYPE",
                    "INVALID_FIELD",
                    "INVALID_FIELD_FOR_INSERT_UPDATE",
                    "API_DISABLED_FOR_ORG",
                    "API_CURRENTLY_DISABLED",
                    "INVALID_SESSION_ID",
                    "INVALID_LOGIN",
                    "INVALID_JOB",
                    "INVALID_OPERATION_WITH_EXPIRED_PASSWORD",
                    "LOGIN_REFUSED");

    /** Of one record they speak of that record; of a whole call, of what the user may do at all. */
    private static final Set<String> OF_THE_SETUP_FOR_A_CALL =
            Set.of("NOT_FOUND", "INSUFFICIENT_ACCESS", "INSUFFICIENT_ACCESS_OR_READONLY");

    /** A record that is referred to is gone, or never was. */
    private static final Set<String> STALE_REFERENCE =
            Set.of(
                    "ENTITY_IS_DELETED",
                    "INVALID_CROSS_REFERENCE_KEY",
                    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
                    "CANNOT_UPDATE_CONVERTED_LEAD");

    private static final Set<Integer> LATER = Set.of(401, 408, 420, 425, 429);
    private static final int SERVER_ERROR = 500;
    private static final Duration LIMIT_PAUSE = Duration.ofMinutes(5);
    private static final Duration SETUP_PAUSE = Duration.ofSeconds(30);

    /** Reads {@code {statusCode|errorCode, message, fields}}. */
    public static SalesforceFault of(Integer status, JsonNode error) {
        String code = error.path("statusCode").asText(error.path("errorCode").asText("UNKNOWN"));
        boolean mayQuote = !ofTheSetup(status, code);
        String message = error.path("message").asText("").lines().findFirst().orElse("").strip();
        String detail =
                mayQuote
                        ? fields(error.path("fields"))
                        : message.substring(0, Math.min(message.length(), 200));
        return new SalesforceFault(status, code, detail);
    }

    private static String fields(JsonNode fields) {
        var names = new StringBuilder();
        for (JsonNode field : fields) {
            names.append(names.isEmpty() ? "" : ", ").append(field.asText());
        }
        return names.toString();
    }

    private static boolean ofTheSetup(Integer status, String code) {
        return OF_THE_SETUP.contains(code)
                || status != null && OF_THE_SETUP_FOR_A_CALL.contains(code);
    }

    public boolean staleReference() {
        return STALE_REFERENCE.contains(code);
    }

    public boolean passes() {
        return PASSING.contains(code)
                || ofTheSetup(status, code)
                || status != null && (LATER.contains(status) || status >= SERVER_ERROR);
    }

    /** For the destination, which pauses or parks by it. */
    public DeliveryFailedException verdict() {
        if (!passes()) {
            return DeliveryFailedException.lasting(toString(), status);
        }
        Duration wait =
                code.equals(REQUEST_LIMIT)
                        ? LIMIT_PAUSE
                        : ofTheSetup(status, code) ? SETUP_PAUSE : null;
        return DeliveryFailedException.passing(toString(), status, wait);
    }

    @Override
    public String toString() {
        return "Salesforce: " + code + (detail.isEmpty() ? "" : " (" + detail + ")");
    }
}
