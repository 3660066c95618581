package org.coexhub.outbound.cost;

import org.coexhub.event.MessageContent.Pricing;

import java.util.Locale;

/**
 * The price of a message as Meta tells it: what it is charged as. All words are Meta's, in lower case, and new ones may
 * come; null where Meta said nothing.
 *
 * @param rank rank of the status that told it
 */
record Price(String category, String type, String model, Boolean billable, int rank) {

    private static final int WORD_LENGTH = 64;

    /** Null when the status names no price. */
    static Price of(Pricing pricing, int rank) {
        if (pricing == null) {
            return null;
        }
        var price =
                new Price(
                        word(pricing.category()),
                        word(pricing.type()),
                        word(pricing.model()),
                        pricing.billable(),
                        rank);
        boolean saysSomething =
                price.category != null || price.type != null || price.billable != null;
        return saysSomething ? price : null;
    }

    /** By type; {@code billable}, which Meta is to retire, decides only where there is no type. */
    boolean isFree() {
        return type == null ? Boolean.FALSE.equals(billable) : type.startsWith("free");
    }

    static Price higher(Price one, Price other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return other.rank > one.rank ? other : one;
    }

    private static String word(String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        String word = text.strip().toLowerCase(Locale.ROOT);
        return word.length() > WORD_LENGTH ? word.substring(0, WORD_LENGTH) : word;
    }
}
