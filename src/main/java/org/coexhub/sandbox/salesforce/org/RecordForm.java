package org.coexhub.sandbox.salesforce.org;

import org.coexhub.sandbox.salesforce.describe.FieldDescription;
import org.coexhub.sandbox.salesforce.describe.ObjectDescription;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;

/** Holds the fields of a record against the description of its object and brings them into the form in which they are stored. */
final class RecordForm {
    private static final DateTimeFormatter STORED =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSZ").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter WITHOUT_COLON =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss[.SSS][.SS][.S]Z");

    /** Finds the record that a relationship in the input names by one of its own external ids. */
    interface References {
        String byExternalId(FieldDescription reference, Map<?, ?> named);

        boolean exists(FieldDescription reference, String id);
    }

    private final References references;

    RecordForm(References references) {
        this.references = references;
    }

    /** Field values as they are stored, under the names the description gives them. */
    Map<String, Object> read(ObjectDescription object, Map<String, ?> input, boolean creating) {
        Map<String, Object> stored = new LinkedHashMap<>();
        input.forEach(
                (name, value) -> {
                    if (!name.equals("attributes")) {
                        read(object, name, value, creating, stored);
                    }
                });
        return stored;
    }

    private void read(
            ObjectDescription object,
            String name,
            Object value,
            boolean creating,
            Map<String, Object> stored) {
        FieldDescription reference = object.relationship(name).orElse(null);
        if (reference != null) {
            stored.put(
                    reference.name(),
                    value instanceof Map<?, ?> named
                            ? references.byExternalId(reference, named)
                            : null);
            return;
        }
        FieldDescription field =
                object.field(name)
                        .orElseThrow(
                                () ->
                                        new SaveRefusedException(
                                                "INVALID_FIELD",
                                                "No such column '"
                                                        + name
                                                        + "' on sobject of type "
                                                        + object.name()));
        if (field.readOnly()) {
            throw new SaveRefusedException(
                    "INVALID_FIELD_FOR_INSERT_UPDATE",
                    "Unable to create/update fields: "
                            + field.name()
                            + ". Please check the security settings of this field and verify that"
                            + " it is read/write for your profile or permission set.",
                    field.name());
        }
        Object kept = value(field, value);
        if (kept == null && field.required() && !creating) {
            throw missing(field.name());
        }
        stored.put(field.name(), kept);
    }

    private Object value(FieldDescription field, Object value) {
        if (value == null) {
            return null;
        }
        return switch (field.type()) {
            case "boolean" -> {
                if (value instanceof Boolean) {
                    yield value;
                }
                throw unreadable(field, value);
            }
            case "int", "double" -> {
                if (value instanceof Number) {
                    yield value;
                }
                throw unreadable(field, value);
            }
            case "datetime" -> timestamp(field, value);
            case "date" -> date(field, value);
            default -> text(field, value);
        };
    }

    private Object text(FieldDescription field, Object value) {
        if (!(value instanceof String given)) {
            throw unreadable(field, value);
        }
        String text = given.strip();
        if (text.isEmpty()) {
            return null;
        }
        if (field.isReference()) {
            String id = SalesforceId.full(text);
            if (id == null) {
                throw new SaveRefusedException(
                        "MALFORMED_ID",
                        field.label() + " ID: id value of incorrect type: " + text,
                        field.name());
            }
            if (!references.exists(field, id)) {
                throw new SaveRefusedException(
                        "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", field.name());
            }
            return id;
        }
        if (text.codePointCount(0, text.length()) > field.length()) {
            throw new SaveRefusedException(
                    "STRING_TOO_LONG",
                    field.label()
                            + ": data value too large: "
                            + text.substring(0, Math.min(text.length(), 80))
                            + " (max length="
                            + field.length()
                            + ")",
                    field.name());
        }
        return text;
    }

    private static String timestamp(FieldDescription field, Object value) {
        try {
            String text = (String) value;
            OffsetDateTime at =
                    text.matches(".*[+-]\\d{4}")
                            ? OffsetDateTime.parse(text, WITHOUT_COLON)
                            : OffsetDateTime.parse(text);
            return timestamp(at.toInstant());
        } catch (ClassCastException | DateTimeException e) {
            throw unreadable(field, value);
        }
    }

    static String timestamp(Instant at) {
        return STORED.format(at);
    }

    private static String date(FieldDescription field, Object value) {
        try {
            return LocalDate.parse((String) value).toString();
        } catch (ClassCastException | DateTimeException e) {
            throw unreadable(field, value);
        }
    }

    private static SaveRefusedException unreadable(FieldDescription field, Object value) {
        String token =
                switch (value) {
                    case String s -> "VALUE_STRING value " + s;
                    case Boolean b -> (b ? "VALUE_TRUE" : "VALUE_FALSE") + " value " + b;
                    case Integer n -> "VALUE_NUMBER_INT value " + n;
                    case Number n -> "VALUE_NUMBER_FLOAT value " + n;
                    case Map<?, ?> m -> "START_OBJECT value {";
                    default -> "START_ARRAY value [";
                };
        return new SaveRefusedException(
                "JSON_PARSER_ERROR",
                "Cannot deserialize instance of "
                        + (field.isText() ? "string" : field.type())
                        + " from "
                        + token
                        + " or request may be missing a required field at [line:1, column:1]");
    }

    static SaveRefusedException missing(String... fields) {
        return new SaveRefusedException(
                "REQUIRED_FIELD_MISSING",
                "Required fields are missing: [" + String.join(", ", fields) + "]",
                fields);
    }
}
