package org.coexhub.outbound.command.signed;

import com.fasterxml.jackson.databind.node.ObjectNode;

import jakarta.servlet.http.HttpServletRequest;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.coexhub.outbound.command.intake.CommandGate;
import org.coexhub.outbound.command.intake.CommandIntake;
import org.coexhub.outbound.command.validation.CommandJson;
import org.springframework.stereotype.Component;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;

/**
 * The steps of the route {@code commands-signed}: signature, then command.
 *
 * <p>{@code webhook-id} names the intended message and is the idempotency key, in the namespace of whoever the secret
 * belongs to: see {@link SigningCaller}.
 */
@Component("signedCommands")
class SignedCommands {

    private static final String CALLER = "HubSigningCaller";

    private final List<SigningCaller> callers;
    private final StandardWebhooksSignature signature;
    private final CommandGate gate;
    private final CommandAnswers answers;
    private final InstantSource clock;

    SignedCommands(
            SignedCommandSettings settings,
            CommandGate gate,
            CommandAnswers answers,
            InstantSource clock) {
        this.callers = settings.signing();
        this.signature =
                new StandardWebhooksSignature(callers.stream().map(SigningCaller::key).toList());
        this.gate = gate;
        this.answers = answers;
        this.clock = clock;
    }

    /** Whether there is a secret to sign with; without one there is no such path. */
    public boolean areTaken() {
        return !callers.isEmpty();
    }

    /** Whether the body can make up for what the headers say. */
    boolean isWorthReading(HttpServletRequest request) {
        return StandardWebhooksSignature.couldMatch(
                request.getHeader(StandardWebhooksSignature.ID),
                request.getHeader(StandardWebhooksSignature.TIMESTAMP),
                request.getHeader(StandardWebhooksSignature.SIGNATURE),
                clock.instant());
    }

    /** @throws UnverifiedCommandException nothing of the body may be believed */
    public void verify(
            @Header(StandardWebhooksSignature.ID) String id,
            @Header(StandardWebhooksSignature.TIMESTAMP) String timestamp,
            @Header(StandardWebhooksSignature.SIGNATURE) String signatures,
            @Body byte[] body,
            Exchange exchange) {
        CommandIntake.limit(body.length);
        int key = signature.verify(id, timestamp, signatures, body, clock.instant());
        exchange.setProperty(CALLER, callers.get(key));
    }

    /** Answers 202 once the command is durable. */
    public void accept(
            @Header(StandardWebhooksSignature.ID) String id, @Body byte[] body, Exchange exchange) {
        SigningCaller caller = exchange.getProperty(CALLER, SigningCaller.class);
        ObjectNode command = CommandJson.read(body);
        String key = caller.idempotencyKey(id, command);
        byte[] completed =
                caller.complete(command)
                        ? CommandJson.write(command).getBytes(StandardCharsets.UTF_8)
                        : body;
        answers.accepted(exchange, gate.submit(completed, key, caller.caller()));
    }
}
