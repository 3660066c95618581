package org.coexhub.sandbox.meta.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.sandbox.meta.account.SimulatedAccount;
import org.coexhub.sandbox.phones.Bubble;
import org.coexhub.sandbox.phones.SimulatedCustomer;

import java.time.Instant;
import java.util.List;

/** Writes webhook values in Meta's shape. */
public final class Payloads {
    /** One update on its way to the hub; updates of one lane keep their order unless reordering is on. */
    public record Change(String field, ObjectNode value, String lane) {}

    private final ObjectMapper json = new ObjectMapper();
    private final SimulatedAccount account;

    public Payloads(SimulatedAccount account) {
        this.account = account;
    }

    public ObjectNode object() {
        return json.createObjectNode();
    }

    byte[] body(List<Change> changes) {
        ObjectNode root = object().put("object", "whatsapp_business_account");
        ArrayNode list =
                root.putArray("entry").addObject().put("id", account.wabaId()).putArray("changes");
        changes.forEach(
                change ->
                        list.addObject().put("field", change.field()).set("value", change.value()));
        return bytes(root);
    }

    byte[] bytes(JsonNode node) {
        try {
            return json.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree is always writable", e);
        }
    }

    public ObjectNode value() {
        ObjectNode value = object().put("messaging_product", "whatsapp");
        value.putObject("metadata")
                .put("display_phone_number", account.displayPhoneNumber())
                .put("phone_number_id", account.phoneNumberId());
        return value;
    }

    public Change message(SimulatedCustomer customer, ObjectNode message) {
        ObjectNode value = withContact(value(), customer);
        value.putArray("messages").add(message);
        return new Change("messages", value, customer.id());
    }

    /** A message as its writer's side sends it: {@code from} is the customer. */
    public ObjectNode fromCustomer(SimulatedCustomer customer, Bubble bubble) {
        ObjectNode message = object();
        put(message, "from", customer.waId());
        put(message, "from_user_id", customer.bsuid());
        return completed(message, bubble);
    }

    /** The same from the business: {@code to} is the customer. */
    public ObjectNode fromBusiness(SimulatedCustomer customer, Bubble bubble) {
        ObjectNode message = object().put("from", account.displayPhoneNumber());
        put(message, "to", customer.waId());
        put(message, "to_user_id", customer.bsuid());
        return completed(message, bubble);
    }

    public Change echo(SimulatedCustomer customer, ObjectNode echo) {
        ObjectNode value = value();
        ObjectNode contact = value.putArray("contacts").addObject();
        put(contact, "wa_id", customer.waId());
        put(contact, "user_id", customer.bsuid());
        value.putArray("message_echoes").add(echo);
        return new Change("smb_message_echoes", value, customer.id());
    }

    /** What a customer decided on marketing. Its timestamp is a number, unlike those of messages. */
    public Change preference(SimulatedCustomer customer, boolean wanted, Instant at) {
        ObjectNode value = withContact(value(), customer);
        ObjectNode entry = value.putArray("user_preferences").addObject();
        put(entry, "wa_id", customer.waId());
        put(entry, "user_id", customer.bsuid());
        entry.put(
                        "detail",
                        "User requested to " + (wanted ? "resume" : "stop") + " marketing messages")
                .put("category", "marketing_messages")
                .put("value", wanted ? "resume" : "stop")
                .put("timestamp", at.getEpochSecond());
        return new Change("user_preferences", value, customer.id());
    }

    /** The status of a message from the App has no price and no callback data: {@code send} is null. */
    Change status(
            SimulatedCustomer customer,
            String wamid,
            String status,
            Instant at,
            Courier.Send send) {
        ObjectNode value =
                status.equals("delivered") || status.equals("read")
                        ? withContact(value(), customer)
                        : value();
        ObjectNode entry =
                value.putArray("statuses")
                        .addObject()
                        .put("id", wamid)
                        .put("status", status)
                        .put("timestamp", seconds(at));
        put(entry, "recipient_id", customer.waId());
        put(entry, "recipient_user_id", customer.bsuid());
        if (send != null) {
            put(
                    entry,
                    "biz_opaque_callback_data",
                    send.body().path("biz_opaque_callback_data").textValue());
            entry.putObject("pricing")
                    .put("billable", true)
                    .put("pricing_model", "PMP")
                    .put("type", "regular")
                    .put("category", send.category());
        }
        return new Change("messages", value, customer.id());
    }

    ObjectNode withContact(ObjectNode value, SimulatedCustomer customer) {
        ObjectNode contact = value.putArray("contacts").addObject();
        ObjectNode profile = contact.putObject("profile").put("name", customer.name());
        put(profile, "username", customer.username());
        put(contact, "wa_id", customer.waId());
        put(contact, "user_id", customer.bsuid());
        return value;
    }

    public static String seconds(Instant at) {
        return Long.toString(at.getEpochSecond());
    }

    /** Meta leaves keys out rather than writing null. */
    public static void put(ObjectNode target, String key, String value) {
        if (value != null) {
            target.put(key, value);
        }
    }

    private ObjectNode completed(ObjectNode message, Bubble bubble) {
        message.put("id", bubble.wamid())
                .put("timestamp", seconds(bubble.at()))
                .put("type", bubble.type());
        if (bubble.content() != null) {
            message.set(bubble.type(), bubble.content());
        }
        if (bubble.replyTo() != null) {
            message.putObject("context").put("id", bubble.replyTo());
        }
        return message;
    }
}
