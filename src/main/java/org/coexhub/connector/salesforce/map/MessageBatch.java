package org.coexhub.connector.salesforce.map;

import org.coexhub.delivery.failure.DeliveryFailedException;
import org.coexhub.event.CloudEvent;
import org.coexhub.event.EventData;
import org.coexhub.event.MessageContent;
import org.coexhub.event.MessageContent.MetaError;
import org.coexhub.event.Origin;
import org.coexhub.event.Wamid;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The events of one delivery on their way to Salesforce: a record per message, because one call must not name the same
 * external id twice, in the order in which the messages first occur; and what became of each event.
 */
public final class MessageBatch {

    private static final String INBOUND = "Inbound";
    private static final String OUTBOUND = "Outbound";
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
     * @param statuses those that are written
     * @param hubUrl for links to media; empty: none
     */
    public MessageBatch(List<CloudEvent> events, Collection<String> statuses, String hubUrl) {
        this.statuses = Set.copyOf(statuses);
        this.hubUrl = hubUrl;
        int place = 0;
        for (CloudEvent event : events) {
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
                .filter(Objects::nonNull)
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

    private void read(int place, CloudEvent event) {
        switch (event.data()) {
            case EventData.MessageReceived m ->
                    content(place, event, m, INBOUND).status(MessageStatus.RECEIVED);
            case EventData.MessageImported m -> imported(place, event, m);
            // The record gets what was missing; its status is not this event's to say.
            case EventData.MessageCompleted m -> content(place, event, m, direction(m.direction()));
            case EventData.MessageEchoed m ->
                    content(place, event, m, OUTBOUND).status(MessageStatus.SENT);
            case EventData.MessageSent m -> sent(place, event, m);
            case EventData.MessageReacted m -> reacted(place, event, m);
            // The earlier message gets the new words.
            case EventData.MessageEdited m ->
                    earlier(place, event, m)
                            .ifPresent(d -> d.put(MessageValue.TEXT, Words.of(m.content())));
            // The earlier message is marked; its words stay, for the company may have to keep them.
            case EventData.MessageRevoked m ->
                    earlier(place, event, m).ifPresent(d -> d.status(MessageStatus.DELETED));
            case EventData.MessageStatus s -> status(place, event, s);
            case EventData.ContactSynced c -> contact(event, c);
            case EventData.IdentityChanged c -> moved(c);
            case EventData.CommandUndone u -> undone(place, event, u);
            default -> {
                // The route's filter lets nothing else through; a wider one does no harm.
            }
        }
    }

    private void imported(int place, CloudEvent event, EventData.MessageImported message) {
        String direction = direction(message.direction());
        content(place, event, message, direction)
                .status(
                        direction.equals(INBOUND)
                                ? MessageStatus.RECEIVED
                                : message.historyStatus());
    }

    private static String direction(String direction) {
        return "inbound".equals(direction) ? INBOUND : OUTBOUND;
    }

    private void sent(int place, CloudEvent event, EventData.MessageSent sent) {
        EventData.CommandMessage message = sent.message();
        MessageDraft draft = draft(place, event, text(sent.wamid()));
        shown(draft, event, OUTBOUND)
                .status(MessageStatus.SENT)
                .put(MessageValue.TYPE, message.messageType())
                .put(MessageValue.TEXT, Words.of(message));
        draft.put(MessageValue.COMMAND_ID, event.command().id());
        Correlation.parse(event.command().correlation())
                .ifPresent(of -> draft.put(MessageValue.CLIENT_REF, of.clientRef()));
    }

    private void reacted(int place, CloudEvent event, EventData.MessageReacted reaction) {
        boolean inbound = event.isFrom(Origin.CUSTOMER);
        content(place, event, reaction, inbound ? INBOUND : OUTBOUND)
                .status(inbound ? MessageStatus.RECEIVED : MessageStatus.SENT);
    }

    private Optional<MessageDraft> earlier(int place, CloudEvent event, EventData.Message change) {
        return change.about().map(wamid -> draft(place, event, wamid.value()));
    }

    private void status(int place, CloudEvent event, EventData.MessageStatus data) {
        String status = data.status();
        if (status == null || !statuses.contains(status)) {
            return;
        }
        MessageDraft draft = draft(place, event, text(data.wamid()));
        draft.status(status).put(MessageValue.DIRECTION, OUTBOUND);
        switch (status) {
            case "delivered" -> draft.put(MessageValue.DELIVERED_AT, event.time());
            case "read", "played" -> draft.put(MessageValue.READ_AT, event.time());
            case "failed" -> {
                MetaError error = MetaError.first(data.errors());
                draft.put(MessageValue.FAILED_AT, event.time())
                        .put(MessageValue.ERROR_CODE, text(error.code()))
                        .put(
                                MessageValue.ERROR_TEXT,
                                error.details() == null ? error.title() : error.details());
            }
            default -> {
                // When it was sent, the message itself says.
            }
        }
    }

    private void contact(CloudEvent event, EventData.ContactSynced entry) {
        Customer customer = Customer.of(event);
        if (customer != null && "add".equals(entry.action())) {
            String name = entry.fullName();
            contacts.merge(
                    customer.key(),
                    name == null ? customer : new Customer(customer.waId(), customer.bsuid(), name),
                    Customer::and);
        }
    }

    private void moved(EventData.IdentityChanged change) {
        Customer from = Customer.named(change.previous());
        Customer to = Customer.named(change.current());
        if (from != null && to != null && !from.key().equals(to.key())) {
            moves.add(new CustomerMove(from, to));
        }
    }

    /** Of commands that Salesforce gave: others did not happen, and nobody there waits for them. */
    private void undone(int place, CloudEvent event, EventData.CommandUndone undone) {
        EventData.CommandMessage message = undone.message();
        EventData.Command command = event.command();
        Correlation of = Correlation.parse(command.correlation()).orElse(null);
        if (of == null) {
            return;
        }
        String state = event.type().substring("whatsapp.command.".length());
        MetaError error = undone.error() == null ? MetaError.NONE : undone.error();
        String errorCode = first(text(error.code()), undone.reason());
        String errorText = first(error.details(), undone.detail(), undone.reason());
        var values = new EnumMap<ResultValue, String>(ResultValue.class);
        values.put(ResultValue.CLIENT_REF, of.clientRef());
        values.put(ResultValue.RECORD_ID, of.recordId());
        values.put(ResultValue.COMMAND_ID, command.id());
        values.put(ResultValue.STATUS, state);
        values.put(ResultValue.WAMID, text(undone.wamid()));
        values.put(ResultValue.ERROR_CODE, errorCode);
        values.put(ResultValue.ERROR_TEXT, errorText);
        values.put(ResultValue.AT, event.time());
        values.put(ResultValue.HOPS, text(command.hops()));
        results.add(new SendResult(place, values));
        if (state.equals("unresolved")) {
            // It will be a message or a failure within the hour; a record now would be a second
            // one.
            return;
        }
        draft(place, event, first(text(undone.wamid()), "command:" + command.id()))
                .status(state)
                .put(MessageValue.DIRECTION, OUTBOUND)
                .put(MessageValue.ORIGIN, HUB_ORIGIN)
                .put(MessageValue.TYPE, message.messageType())
                .put(MessageValue.TEXT, Words.of(message))
                .put(MessageValue.COMMAND_ID, command.id())
                .put(MessageValue.CLIENT_REF, of.clientRef())
                .put(MessageValue.FAILED_AT, event.time())
                .put(MessageValue.ERROR_CODE, errorCode)
                .put(MessageValue.ERROR_TEXT, errorText);
    }

    private MessageDraft content(
            int place, CloudEvent event, EventData.Message message, String direction) {
        MessageContent content = message.content();
        String media = content.mediaId();
        return shown(draft(place, event, text(message.wamid())), event, direction)
                .put(MessageValue.TYPE, content.messageType())
                .put(MessageValue.TEXT, Words.of(content))
                .put(MessageValue.REPLY_TO, message.about().map(Wamid::value).orElse(null))
                .put(
                        MessageValue.MEDIA_URL,
                        media == null || hubUrl.isBlank()
                                ? null
                                : hubUrl + "/api/v1/media/" + media);
    }

    private static MessageDraft shown(MessageDraft draft, CloudEvent event, String direction) {
        return draft.put(MessageValue.DIRECTION, direction)
                .put(MessageValue.ORIGIN, ORIGINS.getOrDefault(event.origin(), event.origin()))
                .put(MessageValue.SENT_AT, event.time());
    }

    private MessageDraft draft(int place, CloudEvent event, String key) {
        MessageDraft draft = drafts.computeIfAbsent(key, MessageDraft::new);
        Customer customer = Customer.of(event);
        draft.add(place, customer);
        draft.put(MessageValue.CONVERSATION, event.subject())
                .put(MessageValue.NUMBER, event.phoneNumberId());
        if (customer != null) {
            draft.put(MessageValue.PHONE, customer.phone())
                    .put(MessageValue.USER_ID, customer.bsuid())
                    .put(MessageValue.NAME, customer.name());
        }
        return draft;
    }

    private static String first(String... given) {
        return Stream.of(given).filter(Objects::nonNull).findFirst().orElse(null);
    }

    private static String text(Object value) {
        return value == null ? null : value.toString();
    }
}
