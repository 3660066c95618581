package org.coexhub.connector.hubspot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.apache.camel.Body;
import org.coexhub.connector.hubspot.HubSpotBatch.Change;
import org.coexhub.connector.hubspot.HubSpotBatch.Message;
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
    private final ObjectMapper json = new ObjectMapper();

    HubSpotMapping(MessageStore stored) {
        this.stored = stored;
    }

    /** @throws IOException the body is no event */
    public HubSpotBatch read(@Body byte[] events) throws IOException {
        JsonNode tree = json.readTree(events);
        var messages = new LinkedHashMap<String, Message>();
        var changes = new LinkedHashMap<String, Change>();
        int place = -1;
        for (JsonNode event : tree.isArray() ? tree : List.of(tree)) {
            place++;
            switch (event.path("type").asText()) {
                case "whatsapp.message.status" -> status(event, place, messages, changes);
                case "whatsapp.message.edited" -> edited(event, place, messages, changes);
                case "whatsapp.message.received",
                        "whatsapp.message.echoed",
                        "whatsapp.message.imported",
                        "whatsapp.message.sent" ->
                        message(event, place, wamid(event), messages);
                case "whatsapp.command.rejected",
                        "whatsapp.command.failed",
                        "whatsapp.command.unresolved" ->
                        notSent(event, place, messages);
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
            JsonNode event, int place, String id, Map<String, Message> messages) {
        JsonNode data = event.path("data");
        HubSpotCustomer person = person(data);
        if (id.isEmpty() || person == null) {
            return;
        }
        boolean written = "customer".equals(event.path("origin").asText());
        var properties = new LinkedHashMap<String, String>();
        properties.put(MESSAGE_ID, id);
        properties.put("hs_communication_channel_type", "WHATS_APP");
        properties.put("hs_communication_logged_from", "CRM");
        properties.put("hs_timestamp", event.path("time").asText());
        properties.put("hs_communication_body", body(heading(event, person), words(data)));
        properties.put(ORIGIN, event.path("origin").asText());
        messages.computeIfAbsent(
                        id,
                        unused -> new Message(new ArrayList<>(), id, person, written, properties))
                .places()
                .add(place);
    }

    /** Of a group's messages the one who wrote: the group's conversation is nobody's. */
    private static HubSpotCustomer person(JsonNode data) {
        boolean group = data.hasNonNull("groupId");
        return HubSpotCustomer.of((group ? data : data.path("conversation")).path("customer"));
    }

    /** What HubSpot's own users asked for and did not get; of others their systems are told. */
    private static void notSent(JsonNode event, int place, Map<String, Message> messages) {
        JsonNode command = event.path("data").path("command");
        if (SOURCE_NAME.equals(command.path("sourceName").asText())) {
            String id = COMMAND + command.path("id").asText();
            message(event, place, id, messages);
        }
    }

    private static void status(
            JsonNode event, int place, Map<String, Message> messages, Map<String, Change> changes) {
        JsonNode data = event.path("data");
        if (data.path("superseded").asBoolean() || data.has("participant")) {
            return;
        }
        Map<String, String> status = Map.of(STATUS, data.path("status").asText());
        change(wamid(event), place, status, messages, changes);
    }

    private static void edited(
            JsonNode event, int place, Map<String, Message> messages, Map<String, Change> changes) {
        JsonNode data = event.path("data");
        String target = data.path("edit").path("wamid").asText("");
        HubSpotCustomer person = person(data);
        String body = body(heading(event, person) + " (edited)", words(data));
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

    private static String heading(JsonNode event, HubSpotCustomer person) {
        JsonNode data = event.path("data");
        String who =
                switch (event.path("origin").asText()) {
                    case "customer" ->
                            person == null || person.name() == null ? "Customer" : person.name();
                    case "app" -> "From the WhatsApp Business App";
                    case "hub" -> "From " + sender(data.path("command"));
                    default -> "WhatsApp";
                };
        String reason = data.path("reason").asText("");
        return event.path("type").asText().startsWith("whatsapp.command.")
                ? "Not sent: " + reason
                : who;
    }

    private static String sender(JsonNode command) {
        String agent = command.path("agent").asText("");
        String name = command.path("sourceName").asText(command.path("source").asText("the hub"));
        return agent.isEmpty() ? name : agent + " (" + name + ")";
    }

    private static String words(JsonNode data) {
        String text = data.path("text").asText("");
        if (text.isEmpty() && data.has("template")) {
            text = data.path("template").path("name").asText();
        }
        String type = data.path("messageType").asText("");
        return type.equals("text") || type.isEmpty() ? text : ("[" + type + "] " + text).strip();
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

    private static String wamid(JsonNode event) {
        return event.path("data").path("wamid").asText("");
    }
}
