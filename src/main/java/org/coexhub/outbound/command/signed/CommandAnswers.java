package org.coexhub.outbound.command.signed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.coexhub.outbound.command.Acceptance;
import org.coexhub.outbound.command.CommandAnswer;
import org.coexhub.outbound.command.CommandRefusedException;
import org.coexhub.platform.broker.PassingFailure;
import org.coexhub.platform.http.RefusedCallers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import java.io.UncheckedIOException;

/**
 * Answers callers of a {@code /webhooks/} path that takes commands: the same statuses and bodies as by
 * {@code POST /api/v1/messages}, errors as {@code application/problem+json} (RFC 9457). A status that makes a sender
 * try again (503) is given only where trying again can help.
 */
@Component("commandAnswers")
public class CommandAnswers {

    private static final Logger LOG = LoggerFactory.getLogger(CommandAnswers.class);

    private final ObjectMapper json = new ObjectMapper();
    private final RefusedCallers refused;

    CommandAnswers(RefusedCallers refused) {
        this.refused = refused;
    }

    /** 202: the command is durable. The same for the first request with its key and for any repetition. */
    public void accepted(Exchange exchange, Acceptance acceptance) {
        answer(exchange, CommandAnswer.of(acceptance), "application/json");
    }

    /** 200: understood, and not to be done. Repeating it would change nothing. */
    public void ignored(Exchange exchange, String reason) {
        ObjectNode body = json.createObjectNode();
        body.put("status", "ignored").put("reason", reason);
        answer(exchange, new CommandAnswer(200, body), "application/json");
    }

    /** The step of a route's {@code doCatch}: turns what was thrown into an answer. */
    public void refuse(Exchange exchange) {
        Exception fault = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        switch (fault) {
            case UnverifiedCommandException unverified -> {
                refused.note(
                        ((PlatformHttpEndpoint) exchange.getFromEndpoint()).getPath(),
                        "signature",
                        unverified.getMessage());
                problem(exchange, 401, "Not verified", unverified.getMessage());
            }
            case CommandRefusedException refused -> problem(exchange, CommandAnswer.of(refused));
            case Exception away when PassingFailure.isCauseOf(away) -> notStored(exchange, away);
            default -> {
                LOG.error("A request for a command failed", fault);
                problem(exchange, 500, "Failed", "the hub failed; its log says why");
            }
        }
    }

    private void notStored(Exchange exchange, Exception away) {
        LOG.warn("A command could not be stored: {}", away.getClass().getSimpleName());
        problem(
                exchange,
                503,
                "Cannot store now",
                "nothing was accepted; send the same request again");
    }

    private void problem(Exchange exchange, int status, String title, String detail) {
        problem(exchange, CommandAnswer.problem(status, title, detail));
    }

    private void problem(Exchange exchange, CommandAnswer problem) {
        answer(exchange, problem, "application/problem+json");
    }

    private void answer(Exchange exchange, CommandAnswer answer, String type) {
        var message = exchange.getMessage();
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, answer.status());
        message.setHeader(Exchange.CONTENT_TYPE, type);
        try {
            message.setBody(json.writeValueAsBytes(answer.body()));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
