package org.coexhub.state.conversation;

import java.util.Locale;

/**
 * The states of a message, in the order that only goes up: Meta sends statuses in any order and repeats them. A failure
 * stands until something better is known; a word Meta invents tomorrow ranks lowest and changes nothing.
 */
enum MessageState {
    NONE,
    OTHER,
    SENT,
    FAILED,
    DELIVERED,
    READ,
    PLAYED;

    static MessageState of(String status) {
        if (status == null) {
            return NONE;
        }
        return switch (status.toLowerCase(Locale.ROOT)) {
            case "sent" -> SENT;
            case "failed" -> FAILED;
            case "delivered" -> DELIVERED;
            case "read" -> READ;
            case "played" -> PLAYED;
            default -> OTHER;
        };
    }

    boolean below(MessageState other) {
        return ordinal() < other.ordinal();
    }

    String wireName() {
        return this == NONE ? null : name().toLowerCase(Locale.ROOT);
    }
}
