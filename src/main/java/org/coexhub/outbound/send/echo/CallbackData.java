package org.coexhub.outbound.send.echo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.coexhub.outbound.command.CommandId;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The command's id that the hub sends along, as an echo brings it back where it wraps what was sent. */
public final class CallbackData {

    private static final String OPAQUE = "biz_opaque_callback_data";
    private static final ObjectMapper JSON = new ObjectMapper();

    private CallbackData() {}

    public static Optional<CommandId> commandIn(byte[] echo) {
        if (echo == null || !new String(echo, StandardCharsets.ISO_8859_1).contains(OPAQUE)) {
            return Optional.empty();
        }
        try {
            JsonNode opaque = JSON.readTree(echo).findValue(OPAQUE);
            return opaque == null ? Optional.empty() : CommandId.parse(opaque.asText());
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }
}
