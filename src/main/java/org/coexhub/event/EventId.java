package org.coexhub.event;

import com.fasterxml.jackson.annotation.JsonValue;

import java.util.Objects;

/** Identity of an event: equal for every copy of the same update, however often and by whatever way it arrives. */
public record EventId(@JsonValue String value) {

    public EventId {
        Objects.requireNonNull(value, "value");
    }

    /** Inbound messages, echoes, history copies, edits, revokes and reactions alike. */
    public static EventId ofMessage(Wamid wamid) {
        return new EventId("message:" + wamid.value());
    }

    /** What a later copy added to a message; {@code what} names it in one word. */
    public static EventId ofCompletion(Wamid wamid, String what) {
        return new EventId("completed:" + wamid.value() + ":" + what);
    }

    /** A delivery status; group statuses are told apart by participant, which is null elsewhere. */
    public static EventId ofStatus(Wamid wamid, String status, String participant) {
        String id = "status:" + wamid.value() + ":" + status;
        return new EventId(participant == null ? id : id + ":" + participant);
    }

    @Override
    public String toString() {
        return value;
    }
}
