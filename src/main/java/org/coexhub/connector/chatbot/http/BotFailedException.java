package org.coexhub.connector.chatbot.http;

import java.time.Duration;

/**
 * Thrown when there is no usable answer of the bot. The message is for the operator: status and kind, never what
 * anybody wrote.
 */
public final class BotFailedException extends RuntimeException {

    /** What follows from it. */
    public enum Kind {
        /** Worth another try. */
        PASSING,
        /** The bot understood and said no, or what it said is not usable: asking again would not help. */
        LASTING,
        /** The bot may cost no more today. */
        SPENT
    }

    private final Kind kind;
    private final int status;
    private final transient Duration retryAfter;

    private BotFailedException(Kind kind, String reason, int status, Duration retryAfter) {
        super(reason, null, false, false);
        this.kind = kind;
        this.status = status;
        this.retryAfter = retryAfter;
    }

    public static BotFailedException passing(String reason) {
        return new BotFailedException(Kind.PASSING, reason, 0, null);
    }

    public static BotFailedException spent(long tokens) {
        return new BotFailedException(Kind.SPENT, tokens + " tokens are spent today", 0, null);
    }

    /** The bot answered, but not by its contract. */
    public static BotFailedException unreadable(String fault) {
        return new BotFailedException(
                Kind.LASTING,
                "the bot's answer is not usable: " + fault + "; see docs/how-to/add-a-chatbot.md",
                0,
                null);
    }

    static BotFailedException status(int status, Duration retryAfter) {
        boolean later = status == 408 || status == 425 || status == 429 || status >= 500;
        return new BotFailedException(
                later ? Kind.PASSING : Kind.LASTING,
                "HTTP " + status,
                status,
                later ? retryAfter : null);
    }

    public Kind kind() {
        return kind;
    }

    /** HTTP status, or 0. */
    public int status() {
        return status;
    }

    /** How long the bot asked to wait; zero when it did not. */
    public Duration retryAfter() {
        return retryAfter == null ? Duration.ZERO : retryAfter;
    }
}
