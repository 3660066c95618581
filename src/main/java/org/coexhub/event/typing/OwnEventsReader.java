package org.coexhub.event.typing;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.event.ConversationId;
import org.coexhub.event.CustomerIdentity;
import org.coexhub.event.EventData.Internal;
import org.coexhub.event.EventId;
import org.coexhub.event.EventType;
import org.coexhub.event.HubEvent;
import org.coexhub.event.Origin;
import org.coexhub.event.PhoneNumberId;
import org.coexhub.event.WabaId;
import org.coexhub.event.json.Json;
import org.coexhub.event.slice.Identity;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Slices the hub writes to itself: outcomes of sends and changes of its own state, which take the same way as Meta's
 * updates so that claims and order hold for them too.
 */
public final class OwnEventsReader {

    private static final String OBJECT = "coexistence_hub";

    /** An event holds Meta's object, which may be as deep as a tree may, some levels below. */
    private static final int MOST_LEVELS = Json.MAX_TREE_DEPTH + 8;

    private OwnEventsReader() {}

    /** Null unless every part is an event of the hub; a half-readable slice is kept as raw bytes instead. */
    public static List<HubEvent> read(byte[] slice, Instant receivedAt) {
        if (!Json.mayBeUtf8(slice) || !isOurs(slice)) {
            return null;
        }
        try {
            JsonNode root = Json.tree(slice, 0, slice.length);
            JsonNode members = root.path("events");
            List<HubEvent> events = new ArrayList<>(members.size());
            for (JsonNode member : members) {
                Optional<HubEvent> event = event(member, receivedAt);
                if (event.isEmpty()) {
                    return null;
                }
                events.add(event.get());
            }
            return events.isEmpty() ? null : events;
        } catch (IOException | RuntimeException malformed) {
            return null;
        }
    }

    /** Looks for the marker without building a tree, because the bytes may be anything; and bounds the depth. */
    private static boolean isOurs(byte[] slice) {
        try (JsonParser parser = Json.parser(slice)) {
            boolean ours = false;
            int depth = 0;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                if (depth > MOST_LEVELS) {
                    return false;
                }
                if (depth == 1
                        && token == JsonToken.VALUE_STRING
                        && "object".equals(parser.currentName())) {
                    ours = OBJECT.equals(parser.getText());
                }
            }
            return ours;
        } catch (IOException | RuntimeException notJson) {
            return false;
        }
    }

    private static Optional<HubEvent> event(JsonNode member, Instant receivedAt) {
        String id = Fields.id(member, "id");
        Optional<EventType> type = EventType.ofWireName(Fields.text(member, "type"));
        if (id == null || type.isEmpty()) {
            return Optional.empty();
        }
        String text = Fields.text(member, "time");
        Instant time = Fields.time(text);
        String[] source = sourceParts(Fields.text(member, "source"));
        String number = Fields.id(member, "phonenumberid");
        String numberId = number != null ? number : source[1];
        String subject = Fields.id(member, "subject");
        ObjectNode data =
                member.path("data") instanceof ObjectNode object
                        ? object
                        : Json.MAPPER.createObjectNode();
        return Optional.of(
                new HubEvent(
                        new EventId(id),
                        type.get(),
                        Origin.ofWireName(Fields.text(member, "origin")).orElse(Origin.HUB),
                        source[0] == null ? null : new WabaId(source[0]),
                        numberId == null ? null : new PhoneNumberId(numberId),
                        subject == null ? null : new ConversationId(subject),
                        customer(data.path("customer")),
                        Fields.id(data, "groupId"),
                        time == null ? receivedAt : time,
                        receivedAt,
                        null,
                        new Internal(data),
                        null,
                        false,
                        time == null));
    }

    /** Account and number of {@code /whatsapp/<waba id>/<phone number id>}; both may be missing. */
    private static String[] sourceParts(String source) {
        String[] parts = source == null ? new String[0] : source.split("/");
        boolean known = parts.length > 1 && parts[1].equals("whatsapp");
        return new String[] {
            known && parts.length > 2 ? Identity.clean(parts[2]) : null,
            known && parts.length > 3 ? Identity.clean(parts[3]) : null
        };
    }

    private static CustomerIdentity customer(JsonNode customer) {
        Identity identity = new Identity();
        identity.phone(Fields.text(customer, "waId"));
        identity.scopedId(Fields.text(customer, "bsuid"));
        identity.parentUserId(Fields.id(customer, "parentUserId"));
        identity.username(Fields.text(customer, "username"));
        identity.name(Fields.text(customer, "name"));
        return identity.toCustomer();
    }
}
