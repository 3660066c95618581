package org.coexhub.state.conversation;

import org.coexhub.event.HubEvent;
import org.coexhub.event.PhoneNumberId;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Tells where the identifiers of a batch lead, and what has to be written so that they do. */
final class IdentityResolution {

    /** Also what follows from the events of the batch so far. */
    final Map<String, String> known;

    /** Those that led nowhere before. */
    final Map<String, String> joined = new TreeMap<>();

    /** Those that led nowhere before this batch, and lead nowhere yet at this place in it. */
    final Set<String> ahead = new HashSet<>();

    /** In the order of the batch: one identifier may lead elsewhere twice. */
    final List<Move> moves = new ArrayList<>();

    /** Each identifier with a conversation to which it may lead as well. */
    final Set<Map.Entry<String, String>> conflicts =
            new TreeSet<>(
                    Map.Entry.<String, String>comparingByKey()
                            .thenComparing(Map.Entry.comparingByValue()));

    int eventsInConflict;

    /** @param joined what an earlier look at this batch has joined */
    IdentityResolution(Map<String, String> known, Map<String, String> joined) {
        this.known = known;
        joined.forEach(
                (identifier, conversation) -> {
                    if (conversation.equals(known.get(identifier))) {
                        ahead.add(identifier);
                    }
                });
    }

    /**
     * An identifier that leads elsewhere from now on.
     *
     * @param at when it came to another person; null where both conversations are of the same one
     */
    record Move(String identifier, String from, String into, PhoneNumberId number, Instant at) {}

    void lead(String identifier, String conversation, HubEvent event, Instant at) {
        String led = known.put(identifier, conversation);
        if (led == null || joined.containsKey(identifier)) {
            joined.put(identifier, conversation);
        } else if (!led.equals(conversation)) {
            moves.add(new Move(identifier, led, conversation, event.number(), at));
        }
    }

    /** Each of the two is known for the other's conversation as well. */
    void noteConflict(List<String> pair) {
        for (String identifier : pair) {
            for (String other : pair) {
                String led = known.get(other);
                if (led != null && !led.equals(known.get(identifier))) {
                    conflicts.add(Map.entry(identifier, led));
                }
            }
        }
    }
}
