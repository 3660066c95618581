package org.coexhub.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.event.EventData.Internal;
import org.coexhub.event.EventData.Outcome;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A published event as it is read: the counterpart of {@link CloudEventWriter}. Its data is the record it was written
 * from; what no record names stays within reach in {@code json}.
 *
 * @param type as published, also of an event that this version does not know
 * @param subject the id of the conversation; null where the event belongs to none
 * @param phoneNumberId null for events of accounts
 * @param groupId null between the number and one customer
 * @param customer whom the event itself names, or null
 * @param known the customer of the conversation as the hub knew them when the event was delivered, or null
 * @param superseded a status lower than one that is known
 * @param standby Meta's own agent had the conversation
 */
public record CloudEvent(
        String id,
        String type,
        String origin,
        String subject,
        String phoneNumberId,
        String time,
        EventData data,
        String groupId,
        CustomerIdentity customer,
        CustomerIdentity known,
        boolean superseded,
        boolean standby,
        JsonNode json) {

    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .addModule(
                            new SimpleModule().addDeserializer(Instant.class, new InstantReader()))
                    .build();

    /** @throws IOException the bytes are no JSON */
    public static CloudEvent read(byte[] event) throws IOException {
        return of(JSON.readTree(event));
    }

    /**
     * The events of one delivery: of an array, or the one there is.
     *
     * @throws IOException the bytes are no JSON
     */
    public static List<CloudEvent> readAll(byte[] events) throws IOException {
        JsonNode tree = JSON.readTree(events);
        var all = new ArrayList<CloudEvent>();
        (tree.isArray() ? tree : List.of(tree)).forEach(event -> all.add(of(event)));
        return all;
    }

    public static CloudEvent of(JsonNode event) {
        JsonNode data = event.path("data");
        String type = event.path("type").asText("");
        return new CloudEvent(
                event.path("id").asText(""),
                type,
                event.path("origin").asText(""),
                event.path("subject").textValue(),
                event.path("phonenumberid").textValue(),
                event.path("time").textValue(),
                data(type, data),
                data.path("groupId").textValue(),
                customer(data.path("customer")),
                customer(data.path("conversation").path("customer")),
                data.path("superseded").asBoolean(),
                data.path("standby").asBoolean(),
                event);
    }

    public boolean isFrom(Origin who) {
        return who.wireName().equals(origin);
    }

    /** Of a message of others; with nothing in it where the event is none. */
    public MessageContent content() {
        return data instanceof EventData.Message message ? message.content() : MessageContent.NONE;
    }

    /** The words a reader sees first, of whoever's message; null where there are none. */
    public String text() {
        return data instanceof Outcome outcome ? outcome.message().text() : content().text();
    }

    /** The command whose outcome this is; with nothing in it where it is none. */
    public EventData.Command command() {
        return data instanceof Outcome outcome
                ? outcome.message().command()
                : EventData.Command.NONE;
    }

    /** One of the last messages of a conversation. */
    public record Recent(String origin, String type, String text, Instant time) {}

    /** The last messages of the conversation, oldest first. */
    public List<Recent> recent() {
        JsonNode recent = conversation().path("recent");
        return recent.valueStream().map(entry -> as(Recent.class, (ObjectNode) entry)).toList();
    }

    /** The state of the conversation as it was published beside the event; a missing node where there is none. */
    public JsonNode conversation() {
        return json.path("data").path("conversation");
    }

    private static EventData data(String type, JsonNode data) {
        ObjectNode fields = data instanceof ObjectNode object ? object : JSON.createObjectNode();
        Class<? extends EventData> kind =
                EventType.ofWireName(type).map(EventType::data).orElse(Internal.class);
        return kind == Internal.class ? new Internal(fields) : as(kind, fields);
    }

    private static CustomerIdentity customer(JsonNode customer) {
        boolean named = customer.hasNonNull("waId") || customer.hasNonNull("bsuid");
        return named && customer instanceof ObjectNode object
                ? as(CustomerIdentity.class, object)
                : null;
    }

    /** A member of another form than the record's counts as missing: it is no reason to lose the message. */
    private static <T> T as(Class<T> kind, ObjectNode json) {
        try {
            return JSON.treeToValue(json, kind);
        } catch (JsonProcessingException otherForm) {
            String member =
                    otherForm instanceof JsonMappingException mapping
                                    && !mapping.getPath().isEmpty()
                            ? mapping.getPath().getFirst().getFieldName()
                            : null;
            if (!json.has(member)) {
                throw new IllegalArgumentException("not readable as " + kind.getSimpleName());
            }
            return as(kind, json.deepCopy().without(member));
        }
    }

    private static final class InstantReader extends FromStringDeserializer<Instant> {
        InstantReader() {
            super(Instant.class);
        }

        @Override
        protected Instant _deserialize(String value, DeserializationContext context) {
            return Instant.parse(value);
        }
    }
}
