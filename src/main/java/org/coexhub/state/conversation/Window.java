package org.coexhub.state.conversation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.time.Duration;
import java.time.Instant;

/**
 * Meta's customer service window of one conversation: for 24 hours after the customer's last message or call, anything
 * may be sent through the Cloud API; outside it templates only.
 *
 * <p><b>What opens it.</b> A message or call of the customer, live, by Meta's time of it. Nothing else does: not what the
 * business writes in the App (echoes), not imported history, not a repetition (a duplicate never gets here), not an
 * update that has no readable time of Meta's, and nothing from before the account was onboarded.
 *
 * <p><b>A late webhook.</b> Meta may bring a message days after it was written. Its own time counts, so one older than
 * 24 hours opens nothing, one of 20 hours ago opens the window for four more, and one older than what is known already
 * changes nothing. A time ahead of the hub's clock counts as the moment of receipt, so that no clock that runs fast
 * keeps a window open for longer than Meta does.
 *
 * <p><b>The free entry point</b> (72 hours after the business answered, within 24 hours, a customer who came by an
 * advertisement) is a matter of price and not of permission: free text needs the open window all the same. It is kept to
 * be shown. What the hub reckons is overruled by the end that Meta tells in the status of a message.
 *
 * @param opened when the customer last wrote or called; null for never
 * @param onboarded since when the account is the hub's, as far as a webhook told; null where none did
 * @param referred when the customer last wrote by way of an advertisement; null for never
 * @param freeUntil end of the free entry point; null where there was none
 */
public record Window(Instant opened, Instant onboarded, Instant referred, Instant freeUntil) {

    /** How long after the customer's last message it is open. */
    public static final Duration LENGTH = Duration.ofHours(24);

    /** How long the free entry point lasts, from the answer on. */
    static final Duration FREE = Duration.ofHours(72);

    static final Window NEVER = new Window(null, null, null, null);

    Window customerWrote(Instant at, Instant received, boolean byAdvertisement) {
        Instant counted = at.isAfter(received) ? received : at;
        return new Window(
                later(opened, counted),
                onboarded,
                byAdvertisement ? later(referred, counted) : referred,
                freeUntil);
    }

    /** Only the first answer to an advertisement's message counts; the free time is not extended by further ones. */
    Window businessWrote(Instant at) {
        boolean answers =
                referred != null && !at.isBefore(referred) && at.isBefore(referred.plus(LENGTH));
        boolean counted = freeUntil != null && freeUntil.isAfter(at);
        return answers && !counted ? new Window(opened, onboarded, referred, at.plus(FREE)) : this;
    }

    Window metaSaysFreeUntil(Instant end) {
        return new Window(opened, onboarded, referred, end);
    }

    /** The window of a person of whom two have been kept. */
    Window and(Window other) {
        return new Window(
                laterOf(opened, other.opened),
                onboarded,
                laterOf(referred, other.referred),
                laterOf(freeUntil, other.freeUntil));
    }

    private static Instant laterOf(Instant a, Instant b) {
        return b == null ? a : later(a, b);
    }

    /** When it closes or closed; null where nothing has opened it. */
    public Instant until() {
        boolean counts = opened != null && (onboarded == null || !opened.isBefore(onboarded));
        return counts ? opened.plus(LENGTH) : null;
    }

    public boolean openAt(Instant now) {
        return until() != null && now.isBefore(until());
    }

    ObjectNode describe(Instant now) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("open", openAt(now));
        node.put("until", until() == null ? null : until().toString());
        boolean free = freeUntil != null && now.isBefore(freeUntil);
        node.put("freeUntil", free ? freeUntil.toString() : null);
        return node;
    }

    private static Instant later(Instant a, Instant b) {
        return a == null || b.isAfter(a) ? b : a;
    }
}
