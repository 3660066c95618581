package org.coexhub.event;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import org.coexhub.event.EventData.Internal;
import org.coexhub.event.EventData.Unrecognized;
import org.coexhub.event.json.Json;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/**
 * Writes events as CloudEvents 1.0 in JSON. Meta's own object is copied into {@code data.raw} byte for byte, and stands
 * last, so that members can be added later without reading it again.
 */
public final class CloudEventWriter {

    public byte[] write(HubEvent event) {
        ByteArrayOutputStream out =
                new ByteArrayOutputStream(512 + 2 * (event.raw() == null ? 0 : event.raw().length));
        try (JsonGenerator json = Json.FACTORY.createGenerator(out)) {
            json.writeStartObject();
            attributes(event, json);
            json.writeFieldName("data");
            json.flush();
            out.write(':');
            data(event, out);
            out.write('}');
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory failed", impossible);
        }
        return out.toByteArray();
    }

    private static void attributes(HubEvent event, JsonGenerator json) throws IOException {
        json.writeStringField("specversion", "1.0");
        json.writeStringField("id", event.id().value());
        json.writeStringField("source", source(event));
        json.writeStringField("type", event.type().wireName());
        if (event.conversation() != null) {
            json.writeStringField("subject", event.conversation().value());
        }
        json.writeStringField("time", event.time().toString());
        json.writeStringField("datacontenttype", "application/json");
        json.writeStringField("origin", event.origin().wireName());
        if (event.number() != null) {
            json.writeStringField("phonenumberid", event.number().value());
        }
        if (event.conversation() != null) {
            json.writeStringField("partitionkey", event.conversation().value());
        }
        json.writeStringField("receivedtime", event.receivedTime().toString());
    }

    private static void data(HubEvent event, ByteArrayOutputStream out) throws IOException {
        byte[] typed = Json.MAPPER.writeValueAsBytes(event.data());
        if (event.data() instanceof Internal && event.raw() == null) {
            out.writeBytes(typed);
            return;
        }
        Members members = new Members(out);
        out.write('{');
        members.inside(typed);
        if (event.customer() != null) {
            members.add("customer", Json.MAPPER.writeValueAsBytes(event.customer()));
        }
        if (event.field() != null) {
            members.add("field", Json.MAPPER.writeValueAsBytes(event.field()));
        }
        if (event.standby()) {
            members.add("standby", utf8("true"));
        }
        if (event.timeMissing()) {
            members.add("timeMissing", utf8("true"));
        }
        if (event.raw() != null) {
            raw(event, members);
        }
        out.write('}');
    }

    private static void raw(HubEvent event, Members members) throws IOException {
        if (event.data() instanceof Unrecognized unrecognized && !unrecognized.json()) {
            members.add("encoding", utf8("\"base64\""));
            members.add("raw", utf8('"' + Base64.getEncoder().encodeToString(event.raw()) + '"'));
        } else {
            members.add("raw", event.raw());
        }
    }

    /** Account and number; ids are Meta's, but nothing keeps Meta from using characters a URI cannot have. */
    private static String source(HubEvent event) {
        StringBuilder source = new StringBuilder("/whatsapp");
        if (event.wabaId() != null) {
            segment(event.wabaId().value(), source.append('/'));
        }
        if (event.number() != null) {
            // Two segments always mean the same two things.
            segment(event.number().value(), source.append(event.wabaId() == null ? "/-/" : "/"));
        }
        return source.toString();
    }

    private static void segment(String text, StringBuilder source) {
        for (byte b : utf8(text)) {
            char c = (char) (b & 0xff);
            boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || "-._~:@".indexOf(c) >= 0);
            if (plain) {
                source.append(c);
            } else {
                source.append('%')
                        .append(Character.forDigit(c >> 4, 16))
                        .append(Character.forDigit(c & 15, 16));
            }
        }
    }

    /**
     * Adds members to the {@code data} of a CloudEvent this class wrote, and marks it as replayed on request. Whatever
     * follows the beginning of {@code data} is copied unread.
     *
     * @param extraDataMembersAsJson JSON values by member name; names the event already has would occur twice
     * @throws IllegalArgumentException if the bytes are no CloudEvent with an object as {@code data}
     */
    public byte[] with(
            byte[] cloudEventJson, Map<String, byte[]> extraDataMembersAsJson, boolean replay) {
        if (extraDataMembersAsJson.isEmpty() && !replay) {
            return cloudEventJson;
        }
        try (JsonParser parser = Json.parser(cloudEventJson)) {
            boolean marked = false;
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                int nameStart = (int) parser.currentTokenLocation().getByteOffset();
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                if (name.equals("data") && token == JsonToken.START_OBJECT) {
                    int inside = (int) parser.currentLocation().getByteOffset();
                    boolean empty = parser.nextToken() == JsonToken.END_OBJECT;
                    return insert(
                            cloudEventJson,
                            nameStart,
                            inside,
                            empty,
                            extraDataMembersAsJson,
                            replay && !marked);
                }
                marked |= name.equals("replay");
                parser.skipChildren();
            }
        } catch (IOException malformed) {
            throw new IllegalArgumentException("not a CloudEvent in JSON", malformed);
        }
        throw new IllegalArgumentException("a CloudEvent without data");
    }

    private static byte[] insert(
            byte[] event,
            int dataName,
            int inside,
            boolean empty,
            Map<String, byte[]> extra,
            boolean replay)
            throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(event.length + 512);
        out.write(event, 0, dataName);
        if (replay) {
            out.writeBytes(utf8("\"replay\":true,"));
        }
        out.write(event, dataName, inside - dataName);
        Members members = new Members(out);
        for (Map.Entry<String, byte[]> member : extra.entrySet()) {
            members.add(member.getKey(), member.getValue());
        }
        if (!extra.isEmpty() && !empty) {
            out.write(',');
        }
        out.write(event, inside, event.length - inside);
        return out.toByteArray();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Members of one object, with commas between them. */
    private static final class Members {
        private final ByteArrayOutputStream out;
        private boolean some;

        Members(ByteArrayOutputStream out) {
            this.out = out;
        }

        void add(String name, byte[] json) throws IOException {
            comma();
            out.writeBytes(Json.MAPPER.writeValueAsBytes(name));
            out.write(':');
            out.writeBytes(json);
        }

        /** All members of an object that is already written. */
        void inside(byte[] object) {
            if (object.length > 2) {
                comma();
                out.write(object, 1, object.length - 2);
            }
        }

        private void comma() {
            if (some) {
                out.write(',');
            }
            some = true;
        }
    }
}
