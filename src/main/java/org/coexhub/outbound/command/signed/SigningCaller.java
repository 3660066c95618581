package org.coexhub.outbound.command.signed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.outbound.command.Caller;
import org.coexhub.outbound.command.CommandRefusedException;
import org.coexhub.outbound.command.SendCommand;

import java.util.List;

/**
 * A caller that is known by its secret, and what it may send.
 *
 * <p>Under {@code HUB_COMMANDS_SECRET} sign all that nobody has given a name: they are one credential with one namespace, in
 * which a key is {@code signed:<hub.sourceName>:<webhook-id>}, for two of them may both number their webhooks from 1.
 *
 * @param name to which the secret is bound; null for that of nobody
 * @param sources what it may state, empty: any
 * @param numbers it may send from, empty: any
 */
record SigningCaller(String name, List<String> sources, List<String> numbers, byte[] key) {

    private static final String SOURCE = "source";
    private static final String SOURCE_NAME = "sourceName";
    private static final String DEFAULT_SOURCE = "system";

    static SigningCaller anybody(byte[] key) {
        return new SigningCaller(null, List.of(), List.of(), key);
    }

    Caller caller() {
        return name == null ? Caller.SIGNED : Caller.signed(name);
    }

    String idempotencyKey(String id, ObjectNode command) {
        return name == null
                ? "signed:" + command.path(SendCommand.HUB).path(SOURCE_NAME).asText() + ":" + id
                : id;
    }

    /**
     * Writes the caller's name and source into a command that leaves them out.
     *
     * @return whether anything was written
     * @throws CommandRefusedException the command states what is not this caller's
     */
    boolean complete(ObjectNode command) {
        requireOneOf(numbers, command.path(SendCommand.FROM), "/from", "numbers");
        if (name == null
                || command.has(SendCommand.HUB) && !command.get(SendCommand.HUB).isObject()) {
            return false;
        }
        ObjectNode hub = command.withObject("/" + SendCommand.HUB);
        requireOneOf(List.of(name), hub.path(SOURCE_NAME), "/hub/sourceName", "name");
        requireOneOf(sources, hub.path(SOURCE), "/hub/source", "sources");
        if (!hub.hasNonNull(SOURCE) && !sources.isEmpty() && !sources.contains(DEFAULT_SOURCE)) {
            hub.put(SOURCE, sources.getFirst());
        }
        hub.put(SOURCE_NAME, name);
        return true;
    }

    private void requireOneOf(List<String> allowed, JsonNode stated, String pointer, String what) {
        if (!allowed.isEmpty() && stated.isTextual() && !allowed.contains(stated.textValue())) {
            throw CommandRefusedException.forbidden(
                    pointer + ": not one of the " + what + " that this secret is bound to");
        }
    }

    @Override
    public String toString() {
        return "SigningCaller[" + name + "]";
    }
}
