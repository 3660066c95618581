package org.coexhub.sandbox.meta.devices;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.sandbox.meta.account.MediaShelf;
import org.coexhub.sandbox.meta.account.MetaLimits;
import org.coexhub.sandbox.meta.webhook.Courier;
import org.coexhub.sandbox.meta.webhook.Payloads;
import org.coexhub.sandbox.meta.webhook.Wamids;
import org.coexhub.sandbox.meta.webhook.WebhookSender;
import org.coexhub.sandbox.phones.Bubble;
import org.coexhub.sandbox.phones.Phones;
import org.coexhub.sandbox.phones.SimulatedCustomer;

import java.time.Clock;

/** One customer's phone. Whatever is done on it reaches the hub as a {@code messages} webhook. */
public final class CustomerPhone {
    private final SimulatedCustomer customer;
    private final Phones phones;
    private final Payloads payloads;
    private final WebhookSender webhooks;
    private final MetaLimits limits;
    private final MediaShelf media;
    private final Courier courier;
    private final Clock clock;

    public CustomerPhone(
            SimulatedCustomer customer,
            Phones phones,
            Payloads payloads,
            WebhookSender webhooks,
            MetaLimits limits,
            MediaShelf media,
            Courier courier,
            Clock clock) {
        this.customer = customer;
        this.phones = phones;
        this.payloads = payloads;
        this.webhooks = webhooks;
        this.limits = limits;
        this.media = media;
        this.courier = courier;
        this.clock = clock;
    }

    public SimulatedCustomer owner() {
        return customer;
    }

    /** Returns the wamid, as all sending methods here. */
    public String writes(String text) {
        return sends("text", object().put("body", text), null);
    }

    public String sends(String type, JsonNode content, String replyTo) {
        Bubble bubble =
                Bubble.fresh(
                        newWamid(), Bubble.Side.CUSTOMER, clock.instant(), type, content, replyTo);
        phones.append(customer.id(), bubble.ticked(Bubble.Tick.DELIVERED));
        return deliver(bubble);
    }

    /** Sends a picture; the bytes can be fetched from Graph by the media id in the webhook. */
    public String sendsImage(byte[] bytes, String mimeType, String caption) {
        MediaShelf.Item item = media.add(mimeType, bytes);
        ObjectNode image =
                object().put("id", item.id())
                        .put("mime_type", mimeType)
                        .put("sha256", item.sha256());
        Payloads.put(image, "caption", caption);
        return sends("image", image, null);
    }

    /** Taps a reply button or a list row of a message with a menu. */
    public String taps(String wamid, String kind, String id, String title) {
        ObjectNode reply = object().put("type", kind);
        reply.putObject(kind).put("id", id).put("title", title);
        return sends("interactive", reply, wamid);
    }

    public String reacts(String wamid, String emoji) {
        phones.update(wamid, bubble -> bubble.reactedWith(emoji));
        ObjectNode reaction = object().put("message_id", wamid);
        Payloads.put(reaction, "emoji", emoji.isEmpty() ? null : emoji);
        return deliver(unseen("reaction", reaction));
    }

    public String edits(String wamid, String text) {
        phones.update(wamid, bubble -> bubble.edited(object().put("body", text)));
        ObjectNode edit = object().put("original_message_id", wamid);
        edit.putObject("message").put("type", "text").putObject("text").put("body", text);
        return deliver(unseen("edit", edit));
    }

    public String revokes(String wamid) {
        phones.update(wamid, Bubble::revokedNow);
        return deliver(unseen("revoke", object().put("original_message_id", wamid)));
    }

    /** Off: messages stop at "sent". Switching on delivers what has waited. */
    public void switched(boolean on) {
        phones.phoneOn(customer.id(), on);
        if (on) {
            courier.phoneIsOn(customer);
        }
    }

    /** Stops promotions of the business or resumes them; Meta tells the hub and keeps marketing templates back meanwhile. */
    public void offers(boolean wanted) {
        phones.offers(customer.id(), wanted);
        webhooks.enqueue(payloads.preference(customer, wanted, clock.instant()));
    }

    private Bubble unseen(String type, ObjectNode content) {
        return Bubble.fresh(newWamid(), Bubble.Side.CUSTOMER, clock.instant(), type, content, null);
    }

    private String deliver(Bubble bubble) {
        limits.countInbound();
        webhooks.enqueue(payloads.message(customer, payloads.fromCustomer(customer, bubble)));
        return bubble.wamid();
    }

    private String newWamid() {
        return Wamids.next(customer.address(), true);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
