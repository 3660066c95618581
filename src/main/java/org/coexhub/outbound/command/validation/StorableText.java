package org.coexhub.outbound.command.validation;

/**
 * Text that the database can hold: without U+0000, which PostgreSQL refuses in text, and without half a
 * surrogate pair, which neither UTF-8 nor the store has. JSON can spell both.
 */
public final class StorableText {

    private static final char REPLACEMENT = '\uFFFD';

    private StorableText() {}

    public static boolean isOne(String text) {
        return text.codePoints().noneMatch(StorableText::isUnstorable);
    }

    /** The text with U+FFFD for each character that cannot be stored. */
    public static String of(String text) {
        if (isOne(text)) {
            return text;
        }
        var storable = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> isUnstorable(c) ? REPLACEMENT : c)
                .forEach(storable::appendCodePoint);
        return storable.toString();
    }

    private static boolean isUnstorable(int codePoint) {
        return codePoint == 0
                || codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }
}
