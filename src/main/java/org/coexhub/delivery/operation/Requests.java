package org.coexhub.delivery.operation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.springframework.stereotype.Component;

import java.io.UncheckedIOException;

/**
 * Converts the requests of operations to the JSON that is stored, and back. The same request is always the same text.
 */
@Component
final class Requests {

    private final ObjectMapper json;

    Requests(ObjectMapper json) {
        this.json = json;
    }

    String write(Object request) {
        try {
            return json.writeValueAsString(request);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    <T> T read(String request, Class<T> type) {
        try {
            return json.readValue(request, type);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
