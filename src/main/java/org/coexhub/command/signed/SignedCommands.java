package org.coexhub.command.signed;

import jakarta.servlet.http.HttpServletRequest;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.coexhub.command.CommandGate;
import org.coexhub.command.CommandIntake;
import org.coexhub.command.form.CommandJson;
import org.springframework.stereotype.Component;

import java.time.InstantSource;

/**
 * The steps of the route {@code commands-signed}: signature, then command.
 *
 * <p>{@code webhook-id} names the intended message and is the idempotency key. Two senders may both number their
 * webhooks from 1, so the key is {@code signed:<hub.sourceName>:<webhook-id>}: each name counts for itself, and none can
 * meet a key of REST or JMS. A repetition has the same body and so the same name.
 */
@Component("signedCommands")
class SignedCommands {

    private static final String ORIGIN = "signed";

    private final StandardWebhooksSignature signature;
    private final CommandGate gate;
    private final CommandAnswers answers;
    private final InstantSource clock;

    SignedCommands(
            SignedCommandSettings settings,
            CommandGate gate,
            CommandAnswers answers,
            InstantSource clock) {
        this.signature = new StandardWebhooksSignature(settings.keys());
        this.gate = gate;
        this.answers = answers;
        this.clock = clock;
    }

    /** Whether the body can make up for what the headers say. */
    boolean isWorthReading(HttpServletRequest request) {
        return StandardWebhooksSignature.couldMatch(
                request.getHeader(StandardWebhooksSignature.ID),
                request.getHeader(StandardWebhooksSignature.TIMESTAMP),
                request.getHeader(StandardWebhooksSignature.SIGNATURE),
                clock.instant());
    }

    /** @throws UnverifiedCommand nothing of the body may be believed */
    public void verify(
            @Header(StandardWebhooksSignature.ID) String id,
            @Header(StandardWebhooksSignature.TIMESTAMP) String timestamp,
            @Header(StandardWebhooksSignature.SIGNATURE) String signatures,
            @Body byte[] body) {
        CommandIntake.limit(body.length);
        signature.verify(id, timestamp, signatures, body, clock.instant());
    }

    /** Answers 202 once the command is durable. */
    public void accept(
            @Header(StandardWebhooksSignature.ID) String id, @Body byte[] body, Exchange exchange) {
        String name = CommandJson.read(body).path("hub").path("sourceName").asText();
        String key = "signed:" + name + ":" + id;
        answers.accepted(exchange, gate.submit(body, key, ORIGIN));
    }
}
