package org.coexhub.connector.hubspot;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.connector.hubspot.HubSpotClient.Answer;

import java.util.LinkedHashMap;
import java.util.Map;

/** The records of a batch that HubSpot did not take, and why: by trace id, or by record id where it gives that. */
final class BatchErrors {

    private static final String NOT_FOUND = "OBJECT_NOT_FOUND";

    private BatchErrors() {}

    /** Categories by trace id and record id; empty when everything was taken. */
    static Map<String, String> of(Answer answer) {
        var errors = new LinkedHashMap<String, String>();
        if (answer.isPartial()) {
            for (JsonNode error : answer.body().path("errors")) {
                String category = error.path("category").asText("unknown error");
                JsonNode context = error.path("context");
                for (JsonNode list : context) {
                    list.forEach(id -> errors.put(id.asText(), category));
                }
                if (context.isEmpty()) {
                    errors.put("", category);
                }
            }
        }
        return errors;
    }

    /** The same without records that are not there. */
    static Map<String, String> butMissing(Answer answer) {
        Map<String, String> errors = of(answer);
        errors.values().removeIf(NOT_FOUND::equals);
        return errors;
    }
}
