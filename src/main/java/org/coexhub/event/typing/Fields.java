package org.coexhub.event.typing;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.event.MessageContent.MetaError;
import org.coexhub.event.PhoneDigits;
import org.coexhub.event.Wamid;
import org.coexhub.event.slice.Identity;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** Reads Meta's fields leniently: numbers may be strings, strings numbers, and anything may be missing. */
final class Fields {

    /** End of the year 9999, the last that RFC 3339 can write. */
    private static final long LAST_SECOND = 253_402_300_799L;

    private Fields() {}

    /** Text of the first of these members that is a string, number or boolean. */
    static String text(JsonNode object, String... names) {
        return Identity.label(exactText(object, names));
    }

    private static String exactText(JsonNode object, String... names) {
        for (String name : names) {
            JsonNode value = object.path(name);
            if (value.isTextual() || value.isNumber() || value.isBoolean()) {
                return value.asText();
            }
        }
        return null;
    }

    /** As {@link #text}, but null unless it can serve as an id as it is. */
    static String id(JsonNode object, String... names) {
        return Identity.clean(exactText(object, names));
    }

    static Wamid wamid(JsonNode object, String... names) {
        String id = id(object, names);
        return id == null ? null : new Wamid(id);
    }

    /** A phone number by its digits; as it stands if it is something else. */
    static String phone(String text) {
        String id = Identity.clean(text);
        if (id == null) {
            return null;
        }
        String digits = PhoneDigits.of(id);
        return digits != null ? digits : id;
    }

    static Long number(JsonNode object, String name) {
        JsonNode value = object.path(name);
        if (value.isIntegralNumber() && value.canConvertToLong()) {
            return value.longValue();
        }
        String text = value.isTextual() ? value.textValue().strip() : "";
        // Longer than 18 digits may not fit; nothing Meta counts comes near.
        return text.matches("-?[0-9]{1,18}") ? Long.valueOf(text) : null;
    }

    static Integer smallNumber(JsonNode object, String name) {
        Long number = number(object, name);
        return number != null && number.intValue() == number
                ? Integer.valueOf(number.intValue())
                : null;
    }

    static Double decimal(JsonNode object, String name) {
        JsonNode value = object.path(name);
        if (value.isNumber()) {
            return finite(value.doubleValue());
        }
        String text = value.isTextual() ? value.textValue().strip() : "";
        return text.matches("[-+]?[0-9]{1,17}(\\.[0-9]{1,17})?")
                ? finite(Double.parseDouble(text))
                : null;
    }

    private static Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }

    static Boolean flag(JsonNode object, String name) {
        JsonNode value = object.path(name);
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        String text = value.isTextual() ? value.textValue() : "";
        return text.equals("true") ? Boolean.TRUE : text.equals("false") ? Boolean.FALSE : null;
    }

    /** Unix time in seconds or milliseconds, told apart by size, or ISO 8601; null for everything else. */
    static Instant time(String text) {
        if (text == null) {
            return null;
        }
        String trimmed = text.strip();
        if (!trimmed.matches("[0-9]{1,14}(\\.[0-9]*)?")) {
            return iso(trimmed);
        }
        int point = trimmed.indexOf('.');
        long value = Long.parseLong(point < 0 ? trimmed : trimmed.substring(0, point));
        if (value == 0) {
            return null;
        }
        return value >= 100_000_000_000L
                ? Instant.ofEpochMilli(value)
                : Instant.ofEpochSecond(value);
    }

    private static Instant iso(String text) {
        if (text.length() < 20 || text.length() > 40 || text.charAt(4) != '-') {
            return null;
        }
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            return time.getEpochSecond() > 0 && time.getEpochSecond() <= LAST_SECOND ? time : null;
        } catch (DateTimeException notIso) {
            return null;
        }
    }

    /** Null for none, so that the published JSON has no empty lists. */
    static List<MetaError> errors(JsonNode array) {
        if (!array.isArray() || array.isEmpty()) {
            return null;
        }
        List<MetaError> errors = new ArrayList<>(array.size());
        for (JsonNode error : array) {
            errors.add(
                    new MetaError(
                            number(error, "code"),
                            text(error, "title"),
                            text(error, "message"),
                            text(error.path("error_data"), "details"),
                            text(error, "href")));
        }
        return List.copyOf(errors);
    }
}
