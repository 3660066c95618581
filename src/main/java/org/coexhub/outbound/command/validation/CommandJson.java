package org.coexhub.outbound.command.validation;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.event.json.JsonFault;
import org.coexhub.outbound.command.CommandRefusedException;
import org.coexhub.outbound.command.Violation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** JSON of commands: read strictly, kept in ASCII, compared by value. */
public final class CommandJson {

    /**
     * Levels of objects and arrays in a command; Meta's own have ten. The event that tells of it has some more, and has to be
     * readable as one.
     */
    static final int MOST_LEVELS = 100;

    /**
     * Digits of a number in a command. Written again it may be a little longer; the store, events and destinations are read by
     * parsers that take 1000.
     */
    static final int MOST_DIGITS = 500;

    private static final ObjectMapper GIVEN =
            mapper(StreamReadConstraints.builder().maxNumberLength(MOST_DIGITS));

    /** Without limits of length: what was taken once has to be readable, also where it was written longer than it came. */
    private static final ObjectMapper STORED =
            mapper(
                    StreamReadConstraints.builder()
                            .maxNumberLength(Integer.MAX_VALUE)
                            .maxNameLength(Integer.MAX_VALUE)
                            .maxStringLength(Integer.MAX_VALUE));

    private static ObjectMapper mapper(StreamReadConstraints.Builder limits) {
        return JsonMapper.builder(
                        JsonFactory.builder().streamReadConstraints(limits.build()).build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                .build();
    }

    private CommandJson() {}

    /** @throws CommandRefusedException the bytes are not one JSON object, or one that is nested too deeply or has a number too long */
    public static ObjectNode read(byte[] json) {
        ObjectNode document = readAny(json, GIVEN);
        if (!hasLevels(document, MOST_LEVELS)) {
            throw refused("is nested deeper than " + MOST_LEVELS + " levels");
        }
        return document;
    }

    private static boolean hasLevels(JsonNode node, int most) {
        if (!node.isContainerNode()) {
            return true;
        }
        boolean within = most > 0;
        for (var inside = node.elements(); within && inside.hasNext(); ) {
            within = hasLevels(inside.next(), most - 1);
        }
        return within;
    }

    private static ObjectNode readAny(byte[] json, ObjectMapper mapper) {
        JsonNode document;
        try (JsonParser parser = mapper.createParser(json)) {
            document = mapper.readTree(parser);
        } catch (StreamConstraintsException e) {
            throw refused(
                    "has a number of more than "
                            + MOST_DIGITS
                            + " digits, too long a name, or too many levels"
                            + place(e));
        } catch (JsonProcessingException e) {
            throw refused("not readable as JSON" + place(e));
        } catch (IOException e) {
            throw refused("not readable as JSON");
        }
        if (document instanceof ObjectNode object) {
            return object;
        }
        throw refused("must be a JSON object");
    }

    /** Also what an earlier version took, however deep and long. */
    public static ObjectNode readStored(String json) {
        return readAny(json.getBytes(StandardCharsets.US_ASCII), STORED);
    }

    public static String write(JsonNode document) {
        try {
            return STORED.writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Equal for equal JSON, whatever the order of members, the white space and the spelling of numbers and escapes. */
    public static String hash(JsonNode document) {
        var canonical = new StringBuilder();
        append(canonical, document);
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(canonical.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JRE has SHA-256", e);
        }
    }

    private static void append(StringBuilder out, JsonNode node) {
        switch (node.getNodeType()) {
            case OBJECT -> {
                out.append('{');
                for (String name : sortedNames(node)) {
                    out.append(write(STORED.getNodeFactory().textNode(name))).append(':');
                    append(out, node.get(name));
                    out.append(',');
                }
                out.append('}');
            }
            case ARRAY -> {
                out.append('[');
                for (JsonNode element : node) {
                    append(out, element);
                    out.append(',');
                }
                out.append(']');
            }
            case NUMBER -> {
                // Not toPlainString: a short exponent can stand for a number of a billion digits.
                BigDecimal number = node.decimalValue().stripTrailingZeros();
                out.append(number.unscaledValue()).append('E').append(-(long) number.scale());
            }
            default -> out.append(write(node));
        }
    }

    private static Set<String> sortedNames(JsonNode object) {
        var names = new TreeSet<String>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static String place(JsonProcessingException e) {
        String place = JsonFault.placeOf(e);
        return place.isEmpty() ? "" : " (" + place + ")";
    }

    private static CommandRefusedException refused(String detail) {
        return CommandRefusedException.malformed(List.of(new Violation("", detail)));
    }
}
