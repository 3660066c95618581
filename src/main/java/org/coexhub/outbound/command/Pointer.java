package org.coexhub.outbound.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A message on the send queue: it names the command that is to be looked at. The command itself stays in the store, so
 * a second pointer to it does no harm.
 *
 * @param group message group; one consumer at a time works on it
 */
public record Pointer(CommandId id, String group) {

    private static final ObjectMapper JSON = new ObjectMapper();

    public byte[] body() {
        return ("{\"commandId\":\"" + id.value() + "\"}").getBytes(StandardCharsets.US_ASCII);
    }

    /** The command that a pointer's body names; empty for anything else. */
    public static Optional<CommandId> commandIn(byte[] body) {
        try {
            JsonNode node = JSON.readTree(body);
            return node == null
                    ? Optional.empty()
                    : CommandId.parse(node.path("commandId").textValue());
        } catch (IOException notAPointer) {
            return Optional.empty();
        }
    }
}
