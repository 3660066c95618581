package org.coexhub.state.consent;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;

import org.coexhub.event.ConversationId;

import java.time.Instant;
import java.util.Locale;

/**
 * One decision on marketing to one customer.
 *
 * @param event id of the event that told it, or {@code operator:<uuid>}
 * @param marketing allowed from then on, or not
 * @param detail which word or what reason; null where the cause says enough
 * @param at when it was decided, by Meta's time
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Decision(
        String event,
        ConversationId conversation,
        Marketing marketing,
        String cause,
        String detail,
        Instant at,
        Instant recordedAt) {

    /** Whether marketing may be sent. */
    public enum Marketing {
        ALLOWED,
        STOPPED;

        @JsonValue
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
