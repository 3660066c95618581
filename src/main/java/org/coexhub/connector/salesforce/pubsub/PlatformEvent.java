package org.coexhub.connector.salesforce.pubsub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.salesforce.eventbus.protobuf.ConsumerEvent;

import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;

/**
 * An event as it came.
 *
 * @param id the same for every copy
 * @param replayId its position in the channel, in base64
 * @param createdAt Salesforce's time of it; null where it does not say
 * @param createdBy the user who published it; null where it does not say
 * @param body its fields as a JSON object; the payload as it came where it cannot be read
 * @param fault why it cannot be read; null where it can
 */
record PlatformEvent(
        String id,
        String replayId,
        Instant createdAt,
        String createdBy,
        byte[] body,
        String fault) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** Salesforce's own are UUIDs; another publisher may give what it likes. */
    private static final int ID_LENGTH = 200;

    static PlatformEvent of(ConsumerEvent event, Schema schema) {
        String replayId = base64(event.getReplayId());
        String id = idOf(event);
        ByteString payload = event.getEvent().getPayload();
        try {
            GenericRecord read =
                    new GenericDatumReader<GenericRecord>(schema)
                            .read(
                                    null,
                                    DecoderFactory.get().binaryDecoder(payload.newInput(), null));
            ObjectNode fields = (ObjectNode) json(read);
            JsonNode created = fields.path("CreatedDate");
            return new PlatformEvent(
                    id,
                    replayId,
                    created.isIntegralNumber() ? Instant.ofEpochMilli(created.longValue()) : null,
                    fields.path("CreatedById").textValue(),
                    bytes(fields),
                    null);
        } catch (IOException | RuntimeException misfit) {
            return unreadable(event, "the payload does not fit its schema");
        }
    }

    static PlatformEvent unreadable(ConsumerEvent event, String why) {
        return new PlatformEvent(
                idOf(event),
                base64(event.getReplayId()),
                null,
                null,
                event.getEvent().getPayload().toByteArray(),
                why);
    }

    static String idOf(ConsumerEvent event) {
        String given = event.getEvent().getId();
        return given.isBlank() || given.length() > ID_LENGTH
                ? "replay:" + base64(event.getReplayId())
                : given;
    }

    static String base64(ByteString replayId) {
        return Base64.getEncoder().encodeToString(replayId.toByteArray());
    }

    static ByteString replayId(String base64) {
        return ByteString.copyFrom(Base64.getDecoder().decode(base64));
    }

    private static JsonNode json(Object value) {
        return switch (value) {
            case null -> NODES.nullNode();
            case GenericRecord read -> {
                ObjectNode object = NODES.objectNode();
                for (Schema.Field field : read.getSchema().getFields()) {
                    object.set(field.name(), json(read.get(field.pos())));
                }
                yield object;
            }
            case Map<?, ?> map -> {
                ObjectNode object = NODES.objectNode();
                map.forEach((name, member) -> object.set(name.toString(), json(member)));
                yield object;
            }
            case Iterable<?> list -> {
                var array = NODES.arrayNode();
                list.forEach(element -> array.add(json(element)));
                yield array;
            }
            case Boolean truth -> NODES.booleanNode(truth);
            case Integer number -> NODES.numberNode(number);
            case Long number -> NODES.numberNode(number);
            case Float number -> NODES.numberNode(number);
            case Double number -> NODES.numberNode(number);
            case ByteBuffer buffer -> NODES.binaryNode(copy(buffer));
            default -> NODES.textNode(value.toString());
        };
    }

    private static byte[] copy(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static byte[] bytes(ObjectNode fields) {
        try {
            return JSON.writeValueAsBytes(fields);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
