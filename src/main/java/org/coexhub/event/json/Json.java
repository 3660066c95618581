package org.coexhub.event.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** JSON as the hub reads webhooks: nothing that fits into a webhook body is refused for its shape. */
public final class Json {

    /**
     * Deepest document that is still walked. The parser keeps about 60 bytes per open level, so a hostile body of four
     * million brackets would otherwise take the heap; such a body is stored as raw bytes instead.
     */
    static final int MAX_DEPTH = 200_000;

    /**
     * Deepest item that becomes a tree. Trees are visited recursively by several callers, here and in Jackson; Meta's
     * own items have fewer than ten levels.
     */
    public static final int MAX_TREE_DEPTH = 256;

    public static final JsonFactory FACTORY =
            new JsonFactoryBuilder()
                    // Field names of a hostile body must neither fill a shared table nor end the
                    // parse.
                    .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    // The plain parser needs quadratic time, and a number may be as long as the
                    // body.
                    .enable(StreamReadFeature.USE_FAST_BIG_NUMBER_PARSER)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_DEPTH)
                                    .maxNumberLength(Integer.MAX_VALUE)
                                    .maxNameLength(Integer.MAX_VALUE)
                                    .maxStringLength(Integer.MAX_VALUE)
                                    .build())
                    .streamWriteConstraints(
                            StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                    .build();

    public static final ObjectMapper MAPPER =
            JsonMapper.builder(FACTORY)
                    .defaultPropertyInclusion(
                            JsonInclude.Value.construct(
                                    JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
                    // What is passed on as Meta sent it keeps every digit.
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .addModule(new SimpleModule().addSerializer(new InstantSerializer()))
                    .build();

    private Json() {}

    public static JsonParser parser(byte[] bytes) throws IOException {
        return FACTORY.createParser(bytes);
    }

    /** Reads one item; only for items known to be no deeper than {@link #MAX_TREE_DEPTH}. */
    public static JsonNode tree(byte[] bytes, int start, int end) throws IOException {
        try (JsonParser parser = FACTORY.createParser(bytes, start, end - start)) {
            JsonNode tree = MAPPER.readTree(parser);
            return tree == null ? MAPPER.missingNode() : tree;
        }
    }

    /**
     * Whether the bytes can only be UTF-8 JSON: the parser would accept UTF-16 and UTF-32 too, but their parts cannot be
     * copied into a UTF-8 document. Valid UTF-8 JSON never has a zero byte, nor one that begins a UTF-16 mark.
     */
    public static boolean mayBeUtf8(byte[] bytes) {
        for (int i = 0; i < Math.min(4, bytes.length); i++) {
            if (bytes[i] == 0 || bytes[i] == (byte) 0xFE || bytes[i] == (byte) 0xFF) {
                return false;
            }
        }
        return true;
    }

    /** The parser skips over strings without looking at each byte, so that copies are checked on their own. */
    public static boolean isUtf8(byte[] bytes, int start, int end) {
        for (int i = start; i < end; i++) {
            if (bytes[i] < 0) {
                try {
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, i, end - i));
                    return true;
                } catch (CharacterCodingException malformed) {
                    return false;
                }
            }
        }
        return true;
    }

    private static final class InstantSerializer extends StdSerializer<Instant> {
        InstantSerializer() {
            super(Instant.class);
        }

        @Override
        public void serialize(Instant value, JsonGenerator out, SerializerProvider provider)
                throws IOException {
            out.writeString(value.toString());
        }
    }
}
