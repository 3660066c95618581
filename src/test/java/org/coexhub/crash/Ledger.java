package org.coexhub.crash;

import static org.assertj.core.api.Assertions.assertThat;

import org.coexhub.event.Lane;
import org.coexhub.testing.QueueReader.Letter;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** What was sent, what of it was acknowledged, and so what each destination queue has to hold. */
final class Ledger {

    /** Events that follow from others: the hub's own, so not in the books, but none of them may be there twice. */
    private static final String FOLLOWED = "after:";

    private static final int SHOWN = 10;

    private final Map<String, Sent> sent = new ConcurrentHashMap<>();

    /** One update of Meta, and its place in its conversation. */
    static final class Sent {
        final String eventId;
        final String customer;
        final Lane lane;
        final long place;
        private volatile boolean acknowledged;
        private volatile boolean ordered = true;

        private Sent(String eventId, String customer, Lane lane, long place) {
            this.eventId = eventId;
            this.customer = customer;
            this.lane = lane;
            this.place = place;
        }

        /** Its webhook was given up, or another lane may overtake it: its place says nothing any more. */
        void withoutOrder() {
            ordered = false;
        }
    }

    Sent enter(String eventId, String customer, Lane lane, long place) {
        var entry = new Sent(eventId, customer, lane, place);
        if (sent.put(eventId, entry) != null) {
            throw new IllegalStateException(eventId + " was meant to be new");
        }
        return entry;
    }

    static void acknowledged(List<Sent> items) {
        items.forEach(item -> item.acknowledged = true);
    }

    long acknowledged() {
        return sent.values().stream().filter(s -> s.acknowledged).count();
    }

    /** Every acknowledged event once, any other at most once, nothing unheard of, in order per conversation and lane. */
    void check(String queue, List<Letter> letters) {
        Set<String> seen = new HashSet<>();
        List<String> twice = new ArrayList<>();
        List<String> unheardOf = new ArrayList<>();
        for (Letter letter : letters) {
            if (!seen.add(letter.eventId())) {
                twice.add(letter.eventId());
            }
            if (!sent.containsKey(letter.eventId()) && !letter.eventId().startsWith(FOLLOWED)) {
                unheardOf.add(letter.eventId());
            }
        }
        List<String> lost =
                sent.values().stream()
                        .filter(s -> s.acknowledged && !seen.contains(s.eventId))
                        .map(s -> s.eventId)
                        .toList();
        assertThat(some(lost)).as("acknowledged but not in %s", queue).isEmpty();
        assertThat(some(twice)).as("more than once in %s", queue).isEmpty();
        assertThat(some(unheardOf)).as("never sent but in %s", queue).isEmpty();
        assertThat(some(outOfOrder(letters))).as("out of order in %s", queue).isEmpty();
    }

    private List<String> outOfOrder(List<Letter> letters) {
        Map<String, Integer> last = new HashMap<>();
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < letters.size(); i++) {
            Sent item = sent.get(letters.get(i).eventId());
            if (item != null && item.ordered) {
                Integer before = last.put(item.lane + item.customer, i);
                if (before != null && placeOf(letters.get(before)) > item.place) {
                    wrong.add(at(i, letters) + " behind " + at(before, letters));
                }
            }
        }
        return wrong;
    }

    private long placeOf(Letter letter) {
        return sent.get(letter.eventId()).place;
    }

    /** With the broker's number: where the first has the lower one, the router did not send them in order. */
    private static String at(int i, List<Letter> letters) {
        Letter letter = letters.get(i);
        return letter.eventId()
                + " (number "
                + letter.number()
                + (letter.redelivered() ? ", redelivered" : "")
                + ", "
                + i
                + " of "
                + letters.size()
                + ")";
    }

    static Set<String> ids(List<Letter> letters) {
        return letters.stream().map(Letter::eventId).collect(Collectors.toSet());
    }

    /** Enough to look at; a list of thousands would hide the message. */
    private static List<String> some(List<String> all) {
        List<String> some = new ArrayList<>(all.subList(0, Math.min(SHOWN, all.size())));
        if (all.size() > SHOWN) {
            some.add("and " + (all.size() - SHOWN) + " more");
        }
        return some;
    }
}
