package org.coexhub.event;

import com.fasterxml.jackson.annotation.JsonValue;

import java.util.Locale;
import java.util.Optional;

/** The originator of an event. */
public enum Origin {
    /** The customer, on their phone. */
    CUSTOMER,
    /** A person in the WhatsApp Business App. */
    APP,
    /** The hub itself, for a command or as its own lifecycle. */
    HUB,
    /** The import of what happened before the number was connected. */
    HISTORY,
    /** Meta's platform. */
    META;

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Origin> ofWireName(String wireName) {
        for (Origin origin : values()) {
            if (origin.wireName().equals(wireName)) {
                return Optional.of(origin);
            }
        }
        return Optional.empty();
    }
}
