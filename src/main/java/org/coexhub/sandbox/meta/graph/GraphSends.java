package org.coexhub.sandbox.meta.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.sandbox.meta.account.AcceptedSend;
import org.coexhub.sandbox.meta.account.GraphException;
import org.coexhub.sandbox.meta.account.MetaLimits;
import org.coexhub.sandbox.meta.webhook.Courier;
import org.coexhub.sandbox.meta.webhook.Payloads;
import org.coexhub.sandbox.meta.webhook.Wamids;
import org.coexhub.sandbox.phones.Bubble;
import org.coexhub.sandbox.phones.Phones;
import org.coexhub.sandbox.phones.SimulatedCustomer;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Accepts or refuses {@code POST /{phone-number-id}/messages}, in the order of Meta's checks: form, limits, recipient, window, consent. */
public final class GraphSends {
    private static final Duration TYPING = Duration.ofSeconds(25);

    private final Phones phones;
    private final Payloads payloads;
    private final Courier courier;
    private final MetaLimits limits;
    private final SendRules rules;
    private final Clock clock;
    private final List<AcceptedSend> accepted = new ArrayList<>();

    public GraphSends(
            Phones phones,
            Payloads payloads,
            Courier courier,
            MetaLimits limits,
            SendRules rules,
            Clock clock) {
        this.phones = phones;
        this.payloads = payloads;
        this.courier = courier;
        this.limits = limits;
        this.rules = rules;
        this.clock = clock;
    }

    public synchronized List<AcceptedSend> accepted() {
        return List.copyOf(accepted);
    }

    ObjectNode handle(JsonNode body) {
        if (!body.path("messaging_product").asText().equals("whatsapp")) {
            throw GraphException.badRequest("The parameter messaging_product is required.");
        }
        return body.has("status") ? markRead(body) : send(body);
    }

    private ObjectNode markRead(JsonNode body) {
        String wamid = body.path("message_id").asText();
        if (!body.path("status").asText().equals("read")) {
            throw GraphException.badRequest("Param status must be one of {READ}");
        }
        SimulatedCustomer customer =
                phones.find(wamid)
                        .filter(found -> found.bubble().side() == Bubble.Side.CUSTOMER)
                        .map(Phones.Found::customer)
                        .orElseThrow(
                                () ->
                                        GraphException.invalid(
                                                "message_id is not a message that was received"));
        phones.readUpTo(wamid, true);
        if (body.has("typing_indicator")) {
            phones.typing(customer.id(), clock.instant().plus(TYPING));
        }
        return payloads.object().put("success", true);
    }

    private ObjectNode send(JsonNode body) {
        String type = rules.check(body);
        // With both addresses given, the phone number wins.
        String address = body.path("to").asText(body.path("recipient").asText());
        Optional<SimulatedCustomer> recipient = phones.byAddress(address);
        if (!limits.takeThroughput()) {
            throw GraphException.throughput();
        }
        SimulatedCustomer customer = recipient.orElseThrow(GraphException::undeliverable);
        Instant now = clock.instant();
        if (!type.equals("template") && !phones.isWindowOpen(customer.id(), now)) {
            throw GraphException.windowClosed();
        }
        String category = rules.category(type, body);
        if (category.equals("marketing") && !phones.takesOffers(customer.id())) {
            throw GraphException.optedOut();
        }
        if (!limits.takePair(customer.id())) {
            throw GraphException.pairLimit();
        }
        String wamid = accept(customer, type, category, body, now);
        ObjectNode answer = payloads.object().put("messaging_product", "whatsapp");
        ObjectNode contact = answer.putArray("contacts").addObject().put("input", address);
        Payloads.put(contact, "wa_id", customer.waId());
        Payloads.put(contact, "user_id", customer.bsuid());
        answer.putArray("messages").addObject().put("id", wamid);
        return answer;
    }

    private String accept(
            SimulatedCustomer customer, String type, String category, JsonNode body, Instant now) {
        String wamid = Wamids.next(customer.address(), false);
        JsonNode content = body.path(type);
        if (type.equals("reaction")) {
            phones.update(
                    content.path("message_id").asText(),
                    bubble -> bubble.reactedWith(content.path("emoji").asText()));
        } else {
            String replyTo = body.path("context").path("message_id").textValue();
            phones.append(
                    customer.id(),
                    Bubble.fresh(wamid, Bubble.Side.API, now, type, content, replyTo));
        }
        synchronized (this) {
            accepted.add(new AcceptedSend(wamid, customer.id(), now, body));
        }
        courier.carrySend(customer, wamid, body, category);
        return wamid;
    }
}
