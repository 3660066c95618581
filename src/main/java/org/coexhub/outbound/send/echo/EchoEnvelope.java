package org.coexhub.outbound.send.echo;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.coexhub.event.CustomerIdentity;
import org.coexhub.event.EventData;
import org.coexhub.event.HubEvent;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** A webhook with nothing but one echo, in Meta's form: read again it is the same event. */
final class EchoEnvelope {

    private static final ObjectMapper JSON = new ObjectMapper();

    private EchoEnvelope() {}

    static byte[] of(HubEvent echo) {
        var bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = JSON.createGenerator(bytes)) {
            out.writeStartObject();
            out.writeStringField("object", "whatsapp_business_account");
            out.writeArrayFieldStart("entry");
            out.writeStartObject();
            if (echo.wabaId() != null) {
                out.writeStringField("id", echo.wabaId().value());
            }
            out.writeArrayFieldStart("changes");
            out.writeStartObject();
            out.writeStringField("field", echo.field());
            out.writeObjectFieldStart("value");
            value(out, echo);
            out.writeEndObject();
            out.writeEndObject();
            out.writeEndArray();
            out.writeEndObject();
            out.writeEndArray();
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void value(JsonGenerator out, HubEvent echo) throws IOException {
        out.writeStringField("messaging_product", "whatsapp");
        out.writeObjectFieldStart("metadata");
        if (echo.data() instanceof EventData.Message message) {
            string(out, "display_phone_number", message.from());
        }
        out.writeStringField("phone_number_id", echo.number().value());
        out.writeEndObject();
        if (echo.customer() != null) {
            contact(out, echo.customer());
        }
        out.writeArrayFieldStart("message_echoes");
        out.writeRawValue(new String(echo.raw(), StandardCharsets.UTF_8));
        out.writeEndArray();
    }

    private static void contact(JsonGenerator out, CustomerIdentity customer) throws IOException {
        out.writeArrayFieldStart("contacts");
        out.writeStartObject();
        string(out, "wa_id", customer.waId());
        string(out, "user_id", customer.bsuid());
        string(out, "parent_user_id", customer.parentUserId());
        out.writeObjectFieldStart("profile");
        string(out, "name", customer.name());
        string(out, "username", customer.username());
        out.writeEndObject();
        out.writeEndObject();
        out.writeEndArray();
    }

    private static void string(JsonGenerator out, String name, String value) throws IOException {
        if (value != null) {
            out.writeStringField(name, value);
        }
    }
}
