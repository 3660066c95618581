package org.coexhub.command;

import java.nio.charset.StandardCharsets;

/**
 * What travels on the send queue: which command is to be looked at. The command itself stays in the store, so a second
 * pointer to it does no harm.
 *
 * @param group message group; one consumer at a time works on it
 */
public record Pointer(CommandId id, String group) {

    public byte[] body() {
        return ("{\"commandId\":\"" + id.value() + "\"}").getBytes(StandardCharsets.US_ASCII);
    }
}
