package org.coexhub.connector.hubspot;

import org.apache.camel.Body;
import org.coexhub.connector.hubspot.HubSpotBatch.Change;
import org.coexhub.connector.hubspot.HubSpotBatch.Message;
import org.coexhub.event.CloudEvent;
import org.coexhub.event.EventData;
import org.coexhub.event.MessageContent;
import org.coexhub.event.Origin;
import org.coexhub.event.Wamid;
import org.coexhub.state.conversation.MessageStore;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Maps events to what HubSpot shows. A message is an object {@code communications} of channel WhatsApp; its body is
 * rich text, which says first who wrote. A status is a property of the message it belongs to.
 */
@Component("hubSpotMapping")
class HubSpotMapping {

    /** Properties the hub makes; see {@link HubSpotProperties}. */
    static final String MESSAGE_ID = "whatsapp_message_id";

    static final String STATUS = "whatsapp_status";
    static final String ORIGIN = "whatsapp_origin";

    /** Where the hub hands in commands of HubSpot's workflows. */
    static final String SOURCE_NAME = "hubspot";

    /** Before the id of a command, in the place of the wamid of a message that there is not. */
    private static final String COMMAND = "command:";

    private static final int MOST_CHARACTERS = 60_000;

    private final MessageStore stored;

    HubSpotMapping(MessageStore stored) {
        this.stored = stored;
    }

    /** @throws IOException the body is no event */
    public HubSpotBatch read(@Body byte[] events) throws IOException {
        var messages = new LinkedHashMap<String, Message>();
        var changes = new LinkedHashMap<String, Change>();
        int place = -1;
        for (CloudEvent event : CloudEvent.readAll(events)) {
            place++;
            switch (event.data()) {
                case EventData.MessageStatus s -> status(event, place, s, messages, changes);
                case EventData.MessageEdited m -> edited(event, place, m, messages, changes);
                case EventData.MessageReceived m -> message(event, place, m, messages);
                case EventData.MessageEchoed m -> message(event, place, m, messages);
                case EventData.MessageImported m -> message(event, place, m, messages);
                case EventData.MessageSent m ->
                        message(event, place, id(m.wamid()), words(m), messages);
                case EventData.CommandUndone u -> notSent(event, place, u, messages);
                default -> {
                    // Nothing that a timeline shows.
                }
            }
        }
        takeStatuses(messages);
        return new HubSpotBatch(List.copyOf(messages.values()), List.copyOf(changes.values()));
    }

    /**
     * A status can come before its message, and changes nothing in HubSpot then; so a message brings the one it has. The
     * store is at least as far as the events of the batch, whose place it takes.
     */
    private void takeStatuses(Map<String, Message> messages) {
        List<Wamid> wamids =
                messages.keySet().stream()
                        .filter(id -> !id.startsWith(COMMAND))
                        .map(Wamid::new)
                        .toList();
        if (!wamids.isEmpty()) {
            stored.statesOf(wamids)
                    .forEach(
                            (wamid, state) ->
                                    messages.get(wamid.value()).properties().put(STATUS, state));
        }
    }

    private static void message(
            CloudEvent event, int place, EventData.Message data, Map<String, Message> messages) {
        message(event, place, id(data.wamid()), words(data.content()), messages);
    }

    private static void message(
            CloudEvent event, int place, String id, String words, Map<String, Message> messages) {
        HubSpotCustomer person = person(event);
        if (id.isEmpty() || person == null) {
            return;
        }
        var properties = new LinkedHashMap<String, String>();
        properties.put(MESSAGE_ID, id);
        properties.put("hs_communication_channel_type", "WHATS_APP");
        properties.put("hs_communication_logged_from", "CRM");
        properties.put("hs_timestamp", event.time());
        properties.put("hs_communication_body", body(heading(event, person), words));
        properties.put(ORIGIN, event.origin());
        boolean written = event.isFrom(Origin.CUSTOMER);
        messages.computeIfAbsent(
                        id,
                        unused -> new Message(new ArrayList<>(), id, person, written, properties))
                .places()
                .add(place);
    }

    /** Of a group's messages the one who wrote: the group's conversation is nobody's. */
    private static HubSpotCustomer person(CloudEvent event) {
        return HubSpotCustomer.of(event.groupId() == null ? event.known() : event.customer());
    }

    /** What HubSpot's own users asked for and did not get; of others their systems are told. */
    private static void notSent(
            CloudEvent event,
            int place,
            EventData.CommandUndone undone,
            Map<String, Message> messages) {
        EventData.Command command = event.command();
        if (SOURCE_NAME.equals(command.sourceName())) {
            message(event, place, COMMAND + command.id(), words(undone), messages);
        }
    }

    private static void status(
            CloudEvent event,
            int place,
            EventData.MessageStatus data,
            Map<String, Message> messages,
            Map<String, Change> changes) {
        if (!event.superseded() && data.participant() == null) {
            Map<String, String> status = Map.of(STATUS, data.status());
            change(id(data.wamid()), place, status, messages, changes);
        }
    }

    private static void edited(
            CloudEvent event,
            int place,
            EventData.MessageEdited data,
            Map<String, Message> messages,
            Map<String, Change> changes) {
        String target = id(data.about().orElse(null));
        String heading = heading(event, person(event)) + " (edited)";
        String body = body(heading, words(data.content()));
        change(target, place, Map.of("hs_communication_body", body), messages, changes);
    }

    /** HubSpot refuses a request that names one record twice, so what belongs together goes together. */
    private static void change(
            String id,
            int place,
            Map<String, String> properties,
            Map<String, Message> messages,
            Map<String, Change> changes) {
        Message message = messages.get(id);
        if (message != null) {
            message.places().add(place);
            message.properties().putAll(properties);
        } else if (!id.isEmpty()) {
            Change change =
                    changes.computeIfAbsent(
                            id, unused -> new Change(new ArrayList<>(), id, new LinkedHashMap<>()));
            change.places().add(place);
            change.properties().putAll(properties);
        }
    }

    private static String heading(CloudEvent event, HubSpotCustomer person) {
        if (event.data() instanceof EventData.CommandUndone undone) {
            return "Not sent: " + undone.reason();
        }
        return switch (event.origin()) {
            case "customer" -> person == null || person.name() == null ? "Customer" : person.name();
            case "app" -> "From the WhatsApp Business App";
            case "hub" -> "From " + sender(event.command());
            default -> "WhatsApp";
        };
    }

    private static String sender(EventData.Command command) {
        String name = command.sender() == null ? "the hub" : command.sender();
        return command.agent() == null ? name : command.agent() + " (" + name + ")";
    }

    private static String words(MessageContent content) {
        return words(content.messageType(), content.text());
    }

    private static String words(EventData.Outcome outcome) {
        EventData.CommandMessage message = outcome.message();
        boolean named = message.text() == null && message.template() != null;
        return words(message.messageType(), named ? message.template().name() : message.text());
    }

    private static String words(String type, String given) {
        String text = given == null ? "" : given;
        return type == null || type.equals("text") ? text : ("[" + type + "] " + text).strip();
    }

    private static String body(String heading, String words) {
        return "<strong>" + rich(heading) + "</strong><br>" + cut(rich(words));
    }

    /** Not within a character, nor within what stands for one. */
    static String cut(String rich) {
        if (rich.length() <= MOST_CHARACTERS) {
            return rich;
        }
        int end = MOST_CHARACTERS;
        int entity = rich.lastIndexOf('&', end - 1);
        int tag = rich.lastIndexOf('<', end - 1);
        if (entity >= 0 && rich.indexOf(';', entity) >= end) {
            end = entity;
        } else if (tag >= 0 && rich.indexOf('>', tag) >= end) {
            end = tag;
        } else if (Character.isHighSurrogate(rich.charAt(end - 1))) {
            end--;
        }
        return rich.substring(0, end) + "…";
    }

    static String rich(String plain) {
        return plain.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\r", "")
                .replace("\n", "<br>");
    }

    private static String id(Wamid wamid) {
        return wamid == null ? "" : wamid.value();
    }
}
