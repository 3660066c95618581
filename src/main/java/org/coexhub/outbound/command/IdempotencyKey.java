package org.coexhub.outbound.command;

/**
 * The caller's name for a request: however often it is handed in, there is one command. It counts within the namespace of
 * its {@link org.coexhub.outbound.command.Caller}.
 */
public record IdempotencyKey(String value) {

    static final int MAX_LENGTH = 255;

    public IdempotencyKey {
        if (value == null || value.isBlank()) {
            throw CommandRefusedException.badKey("an idempotency key is required");
        }
        if (value.length() > MAX_LENGTH) {
            throw CommandRefusedException.badKey(
                    "the idempotency key is longer than " + MAX_LENGTH + " characters");
        }
        if (value.chars().anyMatch(c -> c < 0x20 || c == 0x7f || Character.isSurrogate((char) c))) {
            throw CommandRefusedException.badKey(
                    "the idempotency key holds a character that cannot be stored");
        }
    }

    /**
     * What of a key that may be anything goes into a message's header: of one that is too long so much that it still is.
     * The broker's client refuses a message whose headers alone are large, and that cannot be told from a broker away.
     */
    public static String forHeader(String given) {
        return given == null || given.length() <= MAX_LENGTH
                ? given
                : given.substring(0, MAX_LENGTH + 1);
    }
}
