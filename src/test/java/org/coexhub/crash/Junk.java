package org.coexhub.crash;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Bodies nobody would send on purpose: random bytes, random JSON, what a caller would send with a part replaced by either. */
final class Junk {

    /** About the sizes at which a broker's client, a store or a reader changes its ways. */
    static final List<Integer> SIZES =
            List.of(1, 100, 102_400, 307_200, 524_287, 1_048_576, 3_900_000);

    private static final List<String> ODD =
            List.of(
                    "\\u0000",
                    "\\ud800",
                    "//host/a.png",
                    "!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!x",
                    "[[human]]",
                    "STOP",
                    "\\\\\\\"",
                    "\\uFEFF\\u202e",
                    "-1e999999");

    private static final int DEEPEST = 6;

    private final Random random;

    Junk(long seed) {
        random = new Random(seed);
    }

    /** @param template JSON with one {@code %s} where a value goes */
    byte[] like(String template, int size) {
        return switch (random.nextInt(4)) {
            case 0 -> bytes(size);
            case 1 -> text(value(0), size);
            case 2 -> text(template.formatted(string(size)), size);
            default -> text(template.formatted(value(0)), size);
        };
    }

    private byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Blown up by white space, which means nothing. */
    private static byte[] text(String json, int size) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        if (bytes.length >= size) {
            return bytes;
        }
        var padded = new ByteArrayOutputStream(size);
        padded.writeBytes(bytes);
        padded.writeBytes(" ".repeat(size - bytes.length).getBytes(StandardCharsets.UTF_8));
        return padded.toByteArray();
    }

    private String value(int depth) {
        return switch (random.nextInt(depth > DEEPEST ? 6 : 9)) {
            case 0 -> "null";
            case 1 -> Boolean.toString(random.nextBoolean());
            case 2 -> Long.toString(random.nextLong());
            case 3 -> Double.toString(random.nextGaussian() * 1e300);
            case 4 -> "\"" + ODD.get(random.nextInt(ODD.size())) + "\"";
            case 5 -> string(random.nextInt(40));
            case 6 -> "[".repeat(1500) + "]".repeat(1500);
            case 7 -> "[" + value(depth + 1) + "," + value(depth + 1) + "]";
            default ->
                    "{"
                            + string(8)
                            + ":"
                            + value(depth + 1)
                            + ",\"type\":"
                            + value(depth + 1)
                            + "}";
        };
    }

    private String string(int length) {
        char letter = (char) ('!' + random.nextInt(90));
        return "\""
                + Character.toString(letter == '\\' || letter == '"' ? 'x' : letter).repeat(length)
                + "\"";
    }
}
