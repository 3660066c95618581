package org.coexhub.sandbox.phones;

import com.fasterxml.jackson.databind.JsonNode;

import java.time.Instant;

/**
 * One message as both phones show it.
 *
 * @param content the object under the message's type key, e.g. {@code {"body": …}} for a text
 * @param replyTo wamid of the quoted message, or null
 * @param reaction emoji of the other side, or null
 */
public record Bubble(
        String wamid,
        Side side,
        Instant at,
        String type,
        JsonNode content,
        Tick tick,
        String replyTo,
        String reaction,
        boolean edited,
        boolean revoked,
        boolean past) {

    /** Who put the message into the chat. */
    public enum Side {
        CUSTOMER,
        APP,
        API
    }

    /** How far a message got; the order of the constants is the order of the ticks. */
    public enum Tick {
        ACCEPTED,
        SENT,
        DELIVERED,
        READ,
        FAILED
    }

    public static Bubble fresh(
            String wamid, Side side, Instant at, String type, JsonNode content, String replyTo) {
        return new Bubble(
                wamid, side, at, type, content, Tick.ACCEPTED, replyTo, null, false, false, false);
    }

    public static Bubble past(String wamid, Side side, Instant at, String type, JsonNode content) {
        return new Bubble(
                wamid, side, at, type, content, Tick.READ, null, null, false, false, true);
    }

    /** Ticks only ever go forward. */
    public Bubble ticked(Tick next) {
        Tick reached = next.compareTo(tick) > 0 ? next : tick;
        return new Bubble(
                wamid, side, at, type, content, reached, replyTo, reaction, edited, revoked, past);
    }

    public Bubble edited(JsonNode newContent) {
        return new Bubble(
                wamid, side, at, type, newContent, tick, replyTo, reaction, true, revoked, past);
    }

    public Bubble revokedNow() {
        return new Bubble(wamid, side, at, type, null, tick, replyTo, null, edited, true, past);
    }

    public Bubble reactedWith(String emoji) {
        String shown = emoji == null || emoji.isEmpty() ? null : emoji;
        return new Bubble(
                wamid, side, at, type, content, tick, replyTo, shown, edited, revoked, past);
    }
}
