package org.coexhub.sandbox.salesforce.pubsub;

import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.coexhub.sandbox.salesforce.describe.FieldDescription;
import org.coexhub.sandbox.salesforce.describe.ObjectDescription;
import org.coexhub.sandbox.salesforce.org.BusEvent;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** The Avro form of one platform event, as Salesforce derives it from the event's fields; its id is a hash of it. */
final class EventSchema {
    private static final DateTimeFormatter STORED =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSZ");

    private final ObjectDescription object;
    private final Schema schema;
    private final String id;

    EventSchema(ObjectDescription object) {
        this.object = object;
        var fields = SchemaBuilder.record(object.name()).namespace("com.sforce.eventbus").fields();
        fields.name("CreatedDate").doc("CreatedDate:DateTime").type().longType().noDefault();
        fields.name("CreatedById").doc("CreatedBy:EntityId").type().stringType().noDefault();
        for (FieldDescription field : object.fields()) {
            if (field.custom()) {
                var named = fields.name(field.name()).doc("Data:" + docType(field));
                switch (field.type()) {
                    case "datetime" ->
                            named.type()
                                    .unionOf()
                                    .nullType()
                                    .and()
                                    .longType()
                                    .endUnion()
                                    .nullDefault();
                    case "boolean" ->
                            named.type()
                                    .unionOf()
                                    .nullType()
                                    .and()
                                    .booleanType()
                                    .endUnion()
                                    .nullDefault();
                    case "double" ->
                            named.type()
                                    .unionOf()
                                    .nullType()
                                    .and()
                                    .doubleType()
                                    .endUnion()
                                    .nullDefault();
                    default ->
                            named.type()
                                    .unionOf()
                                    .nullType()
                                    .and()
                                    .stringType()
                                    .endUnion()
                                    .nullDefault();
                }
            }
        }
        schema = fields.endRecord();
        id = hash(json());
    }

    private static String docType(FieldDescription field) {
        return switch (field.type()) {
            case "datetime" -> "DateTime";
            case "boolean" -> "CheckBox";
            case "double" -> "Double";
            case "textarea" -> "TextArea";
            default -> "Text";
        };
    }

    ObjectDescription object() {
        return object;
    }

    String topic() {
        return "/event/" + object.name();
    }

    String id() {
        return id;
    }

    String json() {
        return schema.toString();
    }

    private static Object encoded(FieldDescription field, Object value) {
        return switch (value) {
            case String time when field.type().equals("datetime") ->
                    OffsetDateTime.parse(time, STORED).toInstant().toEpochMilli();
            case Number number when field.type().equals("double") -> number.doubleValue();
            case null, default -> value;
        };
    }

    byte[] encoded(BusEvent event) {
        GenericRecord record = new GenericData.Record(schema);
        record.put("CreatedDate", event.at().toEpochMilli());
        record.put("CreatedById", event.by());
        for (FieldDescription field : object.fields()) {
            if (field.custom()) {
                record.put(field.name(), encoded(field, event.fields().get(field.name())));
            }
        }
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
            new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
            encoder.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The custom fields of a payload that somebody publishes.
     *
     * @throws IOException if the bytes are not of this schema
     */
    Map<String, Object> decoded(byte[] payload) throws IOException {
        GenericRecord record;
        try {
            record =
                    new GenericDatumReader<GenericRecord>(schema)
                            .read(null, DecoderFactory.get().binaryDecoder(payload, null));
        } catch (IOException | RuntimeException e) {
            throw new IOException("The payload does not fit the schema", e);
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        for (FieldDescription field : object.fields()) {
            Object value = field.custom() ? record.get(field.name()) : null;
            if (value != null) {
                fields.put(
                        field.name(),
                        switch (value) {
                            case Long millis -> Instant.ofEpochMilli(millis).toString();
                            case Boolean flag -> flag;
                            default -> value.toString();
                        });
            }
        }
        return fields;
    }

    private static String hash(String json) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("MD5").digest(json.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has MD5", e);
        }
    }
}
