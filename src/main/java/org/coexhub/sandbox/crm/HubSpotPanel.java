package org.coexhub.sandbox.crm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.sandbox.hubspot.CrmObject;
import org.coexhub.sandbox.hubspot.SimulatedHubSpot;
import org.coexhub.sandbox.hubspot.Workflow;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Simulated HubSpot as its people see it. An agent writes by enrolling the contact in a workflow. */
final class HubSpotPanel implements CrmPanel {
    private static final int SHOWN = 200;
    private static final String PATH = "/webhooks/hubspot";
    private static final Pattern BODY =
            Pattern.compile("<strong>(.*?)</strong><br>(.*)", Pattern.DOTALL);

    private final SimulatedHubSpot hubSpot;
    private final Workflow workflow;
    private final Supplier<URI> hub;
    private final String publicUrl;
    private final String phoneNumberId;

    HubSpotPanel(
            SimulatedHubSpot hubSpot,
            Workflow workflow,
            Supplier<URI> hub,
            String publicUrl,
            String phoneNumberId) {
        this.hubSpot = hubSpot;
        this.workflow = workflow;
        this.hub = hub;
        this.publicUrl = publicUrl;
        this.phoneNumberId = phoneNumberId;
    }

    @Override
    public String id() {
        return "hubspot";
    }

    @Override
    public void onChange(Runnable listener) {
        hubSpot.onChange(listener);
    }

    @Override
    public void write(String person, String text) {
        Person to =
                hubSpot.contacts().stream()
                        .map(HubSpotPanel::person)
                        .filter(each -> each.id().equals(person))
                        .findFirst()
                        .orElseThrow(
                                () -> new IllegalArgumentException("Nobody has the id " + person));
        if (to.address() == null || hub.get() == null) {
            throw new IllegalArgumentException(to.name() + " cannot be written to");
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put(to.address().matches("[A-Z]{2}\\..*") ? "recipient" : "to", to.address());
        body.put("from", phoneNumberId).put("text", text).put("agent", "Agent in HubSpot");
        body.put("key", "enrolment-" + UUID.randomUUID());
        post(body.toString());
    }

    private void post(String body) {
        try {
            String known = publicUrl.replaceAll("/+$", "") + PATH;
            HttpResponse<String> answer = workflow.post(hub.get().resolve(PATH), known, body);
            if (answer.statusCode() != 202) {
                throw new IllegalArgumentException(
                        "The hub answered " + answer.statusCode() + ": " + answer.body());
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("The hub cannot be reached: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalArgumentException("Interrupted", e);
        }
    }

    @Override
    public View view() {
        List<Message> messages =
                hubSpot.communications().stream()
                        .map(this::message)
                        .sorted(Comparator.comparing(Message::at))
                        .toList();
        return new View(
                "HubSpot",
                "%,d API calls".formatted(hubSpot.calls().size()),
                "starts a workflow, whose webhook is signed",
                hubSpot.contacts().stream().map(HubSpotPanel::person).toList(),
                messages.subList(Math.max(0, messages.size() - SHOWN), messages.size()),
                List.of());
    }

    private static Person person(CrmObject contact) {
        String name =
                Stream.of(contact.get("firstname"), contact.get("lastname"))
                        .filter(Objects::nonNull)
                        .collect(Collectors.joining(" "));
        String address =
                Stream.of("whatsapp_id", "phone", "mobilephone")
                        .map(contact::get)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null);
        return new Person(
                contact.id(),
                "Contact",
                name.isEmpty() ? Objects.toString(address, "No name") : name,
                address,
                contact.get("whatsapp_id") != null);
    }

    private Message message(CrmObject communication) {
        Matcher body = BODY.matcher(communication.get("hs_communication_body"));
        boolean ours = body.matches();
        String heading = ours ? plain(body.group(1)) : "";
        boolean failed = heading.startsWith("Not sent");
        Side side =
                switch (Objects.toString(communication.get("whatsapp_origin"), "")) {
                    case "customer" -> Side.CUSTOMER;
                    case "app" -> Side.APP;
                    default -> Side.HUB;
                };
        String status = communication.get("whatsapp_status");
        String unknown = failed ? "rejected" : side == Side.CUSTOMER ? "received" : "";
        return new Message(
                communication.id(),
                hubSpot.contactOf(communication.id()),
                null,
                side,
                plain(ours ? body.group(2) : communication.get("hs_communication_body")),
                status == null ? unknown : status,
                failed ? heading : null,
                Instant.parse(communication.get("hs_timestamp")));
    }

    private static String plain(String rich) {
        return rich.replace("<br>", "\n")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&");
    }
}
