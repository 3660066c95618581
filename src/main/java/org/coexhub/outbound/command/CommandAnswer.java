package org.coexhub.outbound.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The answer to whoever hands in a command, whichever way it came: {@code {commandId, status}}, or a problem document
 * (RFC 9457) with a JSON pointer to each violation.
 *
 * @param status of HTTP
 */
public record CommandAnswer(int status, ObjectNode body) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** 202: the command is durable. The same for the first request with its key and for any repetition. */
    public static CommandAnswer of(Acceptance acceptance) {
        ObjectNode body = JSON.createObjectNode();
        body.put("commandId", acceptance.id().value());
        body.put("status", Acceptance.FIRST_STATUS);
        return new CommandAnswer(202, body);
    }

    public static CommandAnswer of(CommandRefusedException refused) {
        CommandAnswer problem =
                problem(refused.kind().status(), refused.kind().title(), refused.getMessage());
        if (!refused.faults().isEmpty()) {
            ArrayNode errors = problem.body.putArray("errors");
            refused.faults()
                    .forEach(
                            fault ->
                                    errors.addObject()
                                            .put("pointer", fault.pointer())
                                            .put("detail", fault.detail()));
        }
        return problem;
    }

    public static CommandAnswer problem(int status, String title, String detail) {
        ObjectNode body = JSON.createObjectNode();
        body.put("type", "about:blank").put("title", title).put("status", status);
        body.put("detail", detail);
        return new CommandAnswer(status, body);
    }
}
