package org.coexhub.connector.hubspot;

import com.fasterxml.jackson.databind.node.ObjectNode;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.coexhub.outbound.command.Caller;
import org.coexhub.outbound.command.intake.CommandGate;
import org.coexhub.outbound.command.intake.CommandIntake;
import org.coexhub.outbound.command.signed.CommandAnswers;
import org.coexhub.outbound.command.validation.CommandJson;
import org.springframework.stereotype.Component;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;

/**
 * The steps of the route {@code commands-hubspot}: a workflow's webhook becomes a command.
 *
 * <p>HubSpot repeats a webhook for up to three days when it gets no answer, or one of 5xx, and gives the repetition no
 * id. So the key is {@code key} in the body, where the workflow gives one, and otherwise the body itself: the same words
 * to the same person are one message for as long as keys are remembered.
 */
@Component("hubSpotCommands")
class HubSpotCommands {

    private static final String PATH = "/webhooks/hubspot";

    private final HubSpotSettings settings;
    private final HubSpotSignature signature;
    private final CommandGate gate;
    private final CommandAnswers answers;
    private final InstantSource clock;

    HubSpotCommands(
            HubSpotSettings settings,
            CommandGate gate,
            CommandAnswers answers,
            InstantSource clock) {
        this.settings = settings;
        this.signature = new HubSpotSignature(settings.clientSecret());
        this.gate = gate;
        this.answers = answers;
        this.clock = clock;
    }

    /** @throws org.coexhub.outbound.command.signed.UnverifiedCommandException nothing of the body may be believed */
    public void verify(
            @Body byte[] body,
            @Header(HubSpotSignature.SIGNATURE) String given,
            @Header(HubSpotSignature.TIMESTAMP) String timestamp,
            @Header(Exchange.HTTP_RAW_QUERY) String query) {
        CommandIntake.limit(body.length);
        String base = settings.publicUrl().replaceAll("/+$", "");
        String uri = base + PATH + (query == null ? "" : "?" + query);
        signature.verify("POST", uri, body, timestamp, given, clock.instant());
    }

    /** Answers 202 once the command is durable; 200 to what the hub itself wrote into HubSpot. */
    public void accept(@Body byte[] body, Exchange exchange) {
        ObjectNode form = CommandJson.read(body);
        if (WorkflowForm.isOfTheHub(form)) {
            answers.ignored(exchange, "written by the hub itself");
            return;
        }
        String key = form.path("key").asText("");
        ObjectNode command = WorkflowForm.command(form, settings.number());
        byte[] json = CommandJson.write(command).getBytes(StandardCharsets.UTF_8);
        String name = key.isEmpty() ? "body:" + CommandJson.hash(form) : "key:" + key;
        answers.accepted(exchange, gate.submit(json, "hubspot:" + name, Caller.HUBSPOT));
    }
}
