package org.coexhub.sandbox.salesforce.rest;

import com.fasterxml.jackson.databind.JsonNode;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The answer to a call: JSON, text, or nothing.
 *
 * @param records how many records were written or returned
 */
public record RestAnswer(
        int status, JsonNode json, String text, Map<String, String> headers, int records) {

    public static RestAnswer json(int status, JsonNode body) {
        return new RestAnswer(status, body, null, Map.of(), 0);
    }

    public static RestAnswer csv(String body) {
        return new RestAnswer(200, null, body, Map.of("Content-Type", "text/csv"), 0);
    }

    public static RestAnswer none(int status) {
        return new RestAnswer(status, null, null, Map.of(), 0);
    }

    public RestAnswer with(String header, String value) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put(header, value);
        return new RestAnswer(status, json, text, all, records);
    }

    public RestAnswer records(int number) {
        return new RestAnswer(status, json, text, headers, number);
    }

    byte[] body() {
        String written = json != null ? json.toString() : text == null ? "" : text;
        return written.getBytes(StandardCharsets.UTF_8);
    }
}
