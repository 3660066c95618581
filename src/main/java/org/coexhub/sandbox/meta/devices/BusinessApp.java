package org.coexhub.sandbox.meta.devices;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.sandbox.meta.account.MetaLimits;
import org.coexhub.sandbox.meta.webhook.Courier;
import org.coexhub.sandbox.meta.webhook.PastChats;
import org.coexhub.sandbox.meta.webhook.Payloads;
import org.coexhub.sandbox.meta.webhook.Wamids;
import org.coexhub.sandbox.meta.webhook.WebhookSender;
import org.coexhub.sandbox.phones.Bubble;
import org.coexhub.sandbox.phones.Phones;
import org.coexhub.sandbox.phones.SimulatedCustomer;

import java.time.Clock;

/** The WhatsApp Business App on the owner's phone. What is typed here reaches the hub as an echo. */
public final class BusinessApp {
    private final Phones phones;
    private final Payloads payloads;
    private final WebhookSender webhooks;
    private final Courier courier;
    private final MetaLimits limits;
    private final Clock clock;
    private final PastChats past;

    public BusinessApp(
            Phones phones,
            Payloads payloads,
            WebhookSender webhooks,
            Courier courier,
            MetaLimits limits,
            Clock clock,
            PastChats past) {
        this.phones = phones;
        this.payloads = payloads;
        this.webhooks = webhooks;
        this.courier = courier;
        this.limits = limits;
        this.clock = clock;
        this.past = past;
    }

    /** Returns the wamid, as all sending methods here. */
    public String writes(String customerId, String text) {
        return sends(customerId, "text", payloads.object().put("body", text));
    }

    public String sends(String customerId, String type, JsonNode content) {
        SimulatedCustomer customer = phones.customer(customerId);
        Bubble bubble = fresh(customer, type, content);
        phones.append(customerId, bubble);
        String wamid = echo(customer, bubble);
        courier.carry(customer, wamid);
        return wamid;
    }

    public String edits(String wamid, String text) {
        SimulatedCustomer customer = ownMessage(wamid);
        phones.update(wamid, bubble -> bubble.edited(payloads.object().put("body", text)));
        ObjectNode edit = payloads.object().put("original_message_id", wamid);
        edit.putObject("message").put("type", "text").putObject("text").put("body", text);
        return echo(customer, fresh(customer, "edit", edit));
    }

    public String revokes(String wamid) {
        SimulatedCustomer customer = ownMessage(wamid);
        phones.update(wamid, Bubble::revokedNow);
        return echo(
                customer,
                fresh(customer, "revoke", payloads.object().put("original_message_id", wamid)));
    }

    /** Blue ticks for the customer. Meta tells the hub nothing of this. */
    public void reads(String wamid) {
        phones.readUpTo(wamid, true);
    }

    /** Sends the address book, one entry per customer with a phone number or a username. */
    public void sharesContacts() {
        ObjectNode value = payloads.value();
        var list = value.putArray("state_sync");
        for (SimulatedCustomer customer : phones.customers()) {
            ObjectNode entry = list.addObject().put("type", "contact").put("action", "add");
            ObjectNode contact =
                    entry.putObject("contact")
                            .put("full_name", customer.name())
                            .put("first_name", customer.name().split(" ")[0]);
            Payloads.put(contact, "phone_number", customer.waId());
            Payloads.put(contact, "user_id", customer.bsuid());
            Payloads.put(contact, "username", customer.username());
            entry.putObject("metadata").put("timestamp", Payloads.seconds(clock.instant()));
        }
        webhooks.enqueue(new Payloads.Change("smb_app_state_sync", value, "contacts"));
    }

    /** Sends the chats of the last 180 days in three phases, media placeholders first and their media after. */
    public void sharesHistory() {
        past.share(clock.instant()).forEach(webhooks::enqueue);
    }

    /** The owner has turned history sharing off: one webhook with error 2593109 and nothing else. */
    public void declinesHistory() {
        ObjectNode value = payloads.value();
        String title = "History sharing is turned off in the app";
        value.putArray("history")
                .addObject()
                .putArray("errors")
                .addObject()
                .put("code", 2593109)
                .put("title", title)
                .put("message", title)
                .putObject("error_data")
                .put("details", title);
        webhooks.enqueue(new Payloads.Change("history", value, "history"));
    }

    private SimulatedCustomer ownMessage(String wamid) {
        return phones.find(wamid)
                .filter(found -> found.bubble().side() == Bubble.Side.APP)
                .map(Phones.Found::customer)
                .orElseThrow(
                        () -> new IllegalArgumentException("Not a message of the app: " + wamid));
    }

    private Bubble fresh(SimulatedCustomer customer, String type, JsonNode content) {
        String wamid = Wamids.next(customer.address(), false);
        return Bubble.fresh(wamid, Bubble.Side.APP, clock.instant(), type, content, null);
    }

    private String echo(SimulatedCustomer customer, Bubble bubble) {
        limits.countInbound();
        webhooks.enqueue(payloads.echo(customer, payloads.fromBusiness(customer, bubble)));
        return bubble.wamid();
    }
}
