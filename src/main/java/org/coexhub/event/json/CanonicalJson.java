package org.coexhub.event.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/**
 * One spelling for equal JSON: members sorted by name, no blanks, shortest escapes, numbers as Meta wrote them. Members
 * of the same name are all kept, in their order, so that documents which differ never look equal.
 */
public final class CanonicalJson {

    private final JsonParser parser;

    private CanonicalJson(JsonParser parser) {
        this.parser = parser;
    }

    /** Bytes that are not JSON, or too deep to sort, stand for themselves. */
    public static byte[] of(byte[] bytes, int start, int end, int depth) {
        if (depth > Json.MAX_TREE_DEPTH) {
            return Arrays.copyOfRange(bytes, start, end);
        }
        try (JsonParser parser = Json.FACTORY.createParser(bytes, start, end - start)) {
            parser.nextToken();
            StringBuilder out = new StringBuilder(end - start);
            new CanonicalJson(parser).value(out);
            return out.toString().getBytes(StandardCharsets.UTF_8);
        } catch (IOException | RuntimeException notJson) {
            return Arrays.copyOfRange(bytes, start, end);
        }
    }

    /** Lower-case hex SHA-256 of the parts, set apart by line feeds. */
    public static String sha256(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (int i = 0; i < parts.length; i++) {
                if (i > 0) {
                    digest.update((byte) '\n');
                }
                digest.update(parts[i]);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    private void value(StringBuilder out) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            object(out);
        } else if (token == JsonToken.START_ARRAY) {
            out.append('[');
            String comma = "";
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                out.append(comma);
                value(out);
                comma = ",";
            }
            out.append(']');
        } else if (token == JsonToken.VALUE_STRING) {
            string(parser.getText(), out);
        } else {
            out.append(parser.getText());
        }
    }

    private record Member(String name, String value) {}

    private void object(StringBuilder out) throws IOException {
        List<Member> members = new ArrayList<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            StringBuilder value = new StringBuilder();
            value(value);
            members.add(new Member(name, value.toString()));
        }
        members.sort(Comparator.comparing(Member::name));
        out.append('{');
        String comma = "";
        for (Member member : members) {
            out.append(comma);
            string(member.name(), out);
            out.append(':').append(member.value());
            comma = ",";
        }
        out.append('}');
    }

    private static void string(String text, StringBuilder out) {
        out.append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, out);
        out.append('"');
    }
}
