package org.coexhub.connector.salesforce.map;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.delivery.failure.DeliveryFailedException;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The events of one delivery on their way to Salesforce: a record per message, because one call must not name the same
 * external id twice, in the order in which the messages first occur; and what became of each event.
 */
public final class MessageBatch {

    private static final String HUB_ORIGIN = "Hub";
    private static final Map<String, String> ORIGINS =
            Map.of(
                    "customer", "Customer",
                    "app", "Business App",
                    "hub", HUB_ORIGIN,
                    "history", "History",
                    "meta", HUB_ORIGIN);

    private final Map<String, MessageDraft> drafts = new LinkedHashMap<>();
    private final Map<String, Customer> contacts = new LinkedHashMap<>();
    private final List<CustomerMove> moves = new ArrayList<>();
    private final List<SendResult> results = new ArrayList<>();
    private final Map<Integer, DeliveryFailedException> failures = new TreeMap<>();
    private final Set<String> statuses;
    private final String hubUrl;

    /**
     * @param events an array of CloudEvents, or a single one where batches have one event
     * @param statuses those that are written
     * @param hubUrl for links to media; empty: none
     */
    public MessageBatch(JsonNode events, Collection<String> statuses, String hubUrl) {
        this.statuses = Set.copyOf(statuses);
        this.hubUrl = hubUrl;
        if (!events.isArray()) {
            read(0, events);
            return;
        }
        int place = 0;
        for (JsonNode event : events) {
            read(place++, event);
        }
        joinCustomers();
    }

    /** Who is named by user id alone in one event and with the number in another is one customer. */
    private void joinCustomers() {
        var whole = new HashMap<String, Customer>();
        for (Customer customer : customers()) {
            if (customer.waId() != null && customer.bsuid() != null) {
                whole.put(customer.bsuid(), customer);
            }
        }
        for (MessageDraft draft : drafts.values()) {
            Customer named = draft.customer();
            if (named != null && named.waId() == null && whole.containsKey(named.bsuid())) {
                draft.join(whole.get(named.bsuid()));
            }
        }
    }

    public Collection<MessageDraft> drafts() {
        return drafts.values();
    }

    /** Everybody in the batch, senders and entries of the address book alike. */
    public Collection<Customer> customers() {
        var all = new LinkedHashMap<String, Customer>();
        Stream.concat(
                        contacts.values().stream(),
                        drafts.values().stream().map(MessageDraft::customer))
                .filter(java.util.Objects::nonNull)
                .forEach(customer -> all.merge(customer.key(), customer, Customer::and));
        return all.values();
    }

    public List<CustomerMove> moves() {
        return moves;
    }

    public List<SendResult> results() {
        return results;
    }

    public Map<Integer, DeliveryFailedException> failures() {
        return failures;
    }

    public void failed(Collection<Integer> places, DeliveryFailedException failure) {
        places.forEach(place -> failures.putIfAbsent(place, failure));
    }

    /** What the store knows of messages: a status there is at least as far as any event has told. */
    public void raise(Map<String, String> states) {
        for (MessageDraft draft : drafts.values()) {
            String known = states.get(draft.key());
            if (known != null
                    && draft.values().containsKey(MessageValue.STATUS)
                    && (statuses.contains(known) || known.equals(MessageStatus.DELETED))) {
                draft.status(known);
            }
        }
    }

    public Set<String> wamids() {
        return drafts.keySet().stream()
                .filter(key -> !key.startsWith("command:"))
                .collect(Collectors.toSet());
    }

    private void read(int place, JsonNode event) {
        JsonNode data = event.path("data");
        switch (event.path("type").asText()) {
            case "whatsapp.message.received" -> received(place, event, data);
            case "whatsapp.message.imported" -> imported(place, event, data);
            case "whatsapp.message.completed" -> completed(place, event, data);
            case "whatsapp.message.echoed", "whatsapp.message.sent" -> written(place, event, data);
            case "whatsapp.message.reacted" -> reacted(place, event, data);
            case "whatsapp.message.edited" -> edited(place, event, data);
            case "whatsapp.message.revoked" -> revoked(place, event, data);
            case "whatsapp.message.status" -> status(place, event, data);
            case "whatsapp.contact.synced" -> contact(data);
            case "whatsapp.identity.changed" -> moved(data);
            case "whatsapp.command.rejected",
                    "whatsapp.command.failed",
                    "whatsapp.command.unresolved" ->
                    undone(place, event, data);
            default -> {
                // The route's filter lets nothing else through; a wider one does no harm.
            }
        }
    }

    private void received(int place, JsonNode event, JsonNode data) {
        content(draft(place, event, data, text(data, "wamid")), event, data, "Inbound")
                .status(MessageStatus.RECEIVED);
    }

    private void imported(int place, JsonNode event, JsonNode data) {
        boolean inbound = "inbound".equals(text(data, "direction"));
        MessageDraft draft = draft(place, event, data, text(data, "wamid"));
        content(draft, event, data, inbound ? "Inbound" : "Outbound")
                .status(inbound ? MessageStatus.RECEIVED : text(data, "historyStatus"));
    }

    /** The record gets what was missing; its status is not this event's to say. */
    private void completed(int place, JsonNode event, JsonNode data) {
        boolean inbound = "inbound".equals(text(data, "direction"));
        content(
                draft(place, event, data, text(data, "wamid")),
                event,
                data,
                inbound ? "Inbound" : "Outbound");
    }

    private void written(int place, JsonNode event, JsonNode data) {
        MessageDraft draft = draft(place, event, data, text(data, "wamid"));
        content(draft, event, data, "Outbound").status(MessageStatus.SENT);
        draft.put(MessageValue.COMMAND_ID, text(data.path("command"), "id"));
        Correlation.parse(text(data.path("command"), "correlation"))
                .ifPresent(of -> draft.put(MessageValue.CLIENT_REF, of.clientRef()));
    }

    private void reacted(int place, JsonNode event, JsonNode data) {
        boolean inbound = "customer".equals(text(event, "origin"));
        MessageDraft draft = draft(place, event, data, text(data, "wamid"));
        content(draft, event, data, inbound ? "Inbound" : "Outbound")
                .status(inbound ? MessageStatus.RECEIVED : MessageStatus.SENT)
                .put(MessageValue.REPLY_TO, text(data.path("reaction"), "wamid"));
    }

    /** The earlier message gets the new words. */
    private void edited(int place, JsonNode event, JsonNode data) {
        String target = text(data.path("edit"), "wamid");
        if (target != null) {
            draft(place, event, data, target).put(MessageValue.TEXT, Words.of(data));
        }
    }

    /** The earlier message is marked; its words stay, for the company may have to keep them. */
    private void revoked(int place, JsonNode event, JsonNode data) {
        String target = text(data.path("revoke"), "wamid");
        if (target != null) {
            draft(place, event, data, target).status(MessageStatus.DELETED);
        }
    }

    private void status(int place, JsonNode event, JsonNode data) {
        String status = text(data, "status");
        if (status == null || !statuses.contains(status)) {
            return;
        }
        MessageDraft draft = draft(place, event, data, text(data, "wamid"));
        draft.status(status).put(MessageValue.DIRECTION, "Outbound");
        String time = text(event, "time");
        switch (status) {
            case "delivered" -> draft.put(MessageValue.DELIVERED_AT, time);
            case "read", "played" -> draft.put(MessageValue.READ_AT, time);
            case "failed" -> {
                JsonNode error = data.path("errors").path(0);
                draft.put(MessageValue.FAILED_AT, time)
                        .put(MessageValue.ERROR_CODE, text(error, "code"))
                        .put(MessageValue.ERROR_TEXT, errorText(error));
            }
            default -> {
                // When it was sent, the message itself says.
            }
        }
    }

    private void contact(JsonNode data) {
        Customer customer = Customer.of(data);
        if (customer != null && "add".equals(text(data, "action"))) {
            String name = text(data, "fullName");
            contacts.merge(
                    customer.key(),
                    name == null ? customer : new Customer(customer.waId(), customer.bsuid(), name),
                    Customer::and);
        }
    }

    private void moved(JsonNode data) {
        Customer from = Customer.named(data.path("previous"));
        Customer to = Customer.named(data.path("current"));
        if (from != null && to != null && !from.key().equals(to.key())) {
            moves.add(new CustomerMove(from, to));
        }
    }

    /** Of commands that Salesforce gave: others did not happen, and nobody there waits for them. */
    private void undone(int place, JsonNode event, JsonNode data) {
        JsonNode command = data.path("command");
        Correlation of = Correlation.parse(text(command, "correlation")).orElse(null);
        if (of == null) {
            return;
        }
        String state = text(event, "type").substring("whatsapp.command.".length());
        String code = text(data.path("error"), "code");
        String errorCode = code == null ? text(data, "reason") : code;
        String detail = text(data.path("error"), "details");
        String errorText = detail == null ? text(data, "detail") : detail;
        errorText = errorText == null ? text(data, "reason") : errorText;
        results.add(new SendResult(place, result(event, data, of, state, errorCode, errorText)));
        if (state.equals("unresolved")) {
            // It will be a message or a failure within the hour; a record now would be a second
            // one.
            return;
        }
        String wamid = text(data, "wamid");
        MessageDraft draft =
                draft(place, event, data, wamid == null ? "command:" + text(command, "id") : wamid);
        draft.status(state)
                .put(MessageValue.DIRECTION, "Outbound")
                .put(MessageValue.ORIGIN, HUB_ORIGIN)
                .put(MessageValue.TYPE, text(data, "messageType"))
                .put(MessageValue.TEXT, Words.of(data))
                .put(MessageValue.COMMAND_ID, text(command, "id"))
                .put(MessageValue.CLIENT_REF, of.clientRef())
                .put(MessageValue.FAILED_AT, text(event, "time"))
                .put(MessageValue.ERROR_CODE, errorCode)
                .put(MessageValue.ERROR_TEXT, errorText);
    }

    private static Map<ResultValue, String> result(
            JsonNode event,
            JsonNode data,
            Correlation of,
            String state,
            String errorCode,
            String errorText) {
        var values = new EnumMap<ResultValue, String>(ResultValue.class);
        values.put(ResultValue.CLIENT_REF, of.clientRef());
        values.put(ResultValue.RECORD_ID, of.recordId());
        values.put(ResultValue.COMMAND_ID, text(data.path("command"), "id"));
        values.put(ResultValue.STATUS, state);
        values.put(ResultValue.WAMID, text(data, "wamid"));
        values.put(ResultValue.ERROR_CODE, errorCode);
        values.put(ResultValue.ERROR_TEXT, errorText);
        values.put(ResultValue.AT, text(event, "time"));
        values.put(ResultValue.HOPS, text(data.path("command"), "hops"));
        return values;
    }

    private MessageDraft content(
            MessageDraft draft, JsonNode event, JsonNode data, String direction) {
        draft.put(MessageValue.DIRECTION, direction)
                .put(
                        MessageValue.ORIGIN,
                        ORIGINS.getOrDefault(text(event, "origin"), text(event, "origin")))
                .put(MessageValue.TYPE, text(data, "messageType"))
                .put(MessageValue.TEXT, Words.of(data))
                .put(MessageValue.SENT_AT, text(event, "time"))
                .put(MessageValue.REPLY_TO, text(data.path("context"), "wamid"));
        String media = text(data.path("media"), "id");
        if (media != null && !hubUrl.isBlank()) {
            draft.put(MessageValue.MEDIA_URL, hubUrl + "/api/v1/media/" + media);
        }
        return draft;
    }

    private MessageDraft draft(int place, JsonNode event, JsonNode data, String key) {
        MessageDraft draft = drafts.computeIfAbsent(key, MessageDraft::new);
        Customer customer = Customer.of(data);
        draft.add(place, customer);
        draft.put(MessageValue.CONVERSATION, text(event, "subject"))
                .put(MessageValue.NUMBER, text(event, "phonenumberid"));
        if (customer != null) {
            draft.put(MessageValue.PHONE, customer.phone())
                    .put(MessageValue.USER_ID, customer.bsuid())
                    .put(MessageValue.NAME, customer.name());
        }
        return draft;
    }

    private static String errorText(JsonNode error) {
        String details = text(error, "details");
        return details == null ? text(error, "title") : details;
    }

    private static String text(JsonNode node, String member) {
        JsonNode value = node.path(member);
        return value.isNull() || value.isMissingNode() ? null : value.asText();
    }
}
