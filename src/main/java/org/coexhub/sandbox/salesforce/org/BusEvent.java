package org.coexhub.sandbox.salesforce.org;

import java.time.Instant;
import java.util.Map;

/**
 * A published platform event.
 *
 * @param object such as {@code WhatsApp_Send__e}
 * @param id the event's UUID, the same for every subscriber
 * @param replay its place on the event bus
 * @param by the user who published it; that of a Flow or trigger is the one whose change set it off
 */
public record BusEvent(
        String object, String id, long replay, Instant at, String by, Map<String, Object> fields) {

    /** The Pub/Sub topic: {@code /event/WhatsApp_Send__e}. */
    public String channel() {
        return "/event/" + object;
    }
}
