package org.coexhub.connector.chatbot;

import org.coexhub.event.CloudEvent.Recent;
import org.coexhub.event.Origin;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Tells from a conversation's last messages whether an auto-responder is at the other end. */
final class OtherBot {

    private static final int REPEATS = 3;

    /** No person answers so fast, with the same words, so often. */
    private static final Duration FAST = Duration.ofSeconds(3);

    private OtherBot() {}

    /** @param recent oldest first */
    static boolean isSuspectedIn(List<Recent> recent) {
        List<Recent> theirs = of(recent, Origin.CUSTOMER);
        if (theirs.size() < REPEATS) {
            return false;
        }
        List<Instant> ours = of(recent, Origin.HUB).stream().map(Recent::time).toList();
        List<Recent> last = theirs.subList(theirs.size() - REPEATS, theirs.size());
        String words = last.getFirst().text();
        return words != null
                && !words.isBlank()
                && last.stream()
                        .allMatch(
                                entry ->
                                        words.equals(entry.text())
                                                && "text".equals(entry.type())
                                                && followsFast(entry.time(), ours));
    }

    private static List<Recent> of(List<Recent> recent, Origin origin) {
        return recent.stream().filter(r -> origin.wireName().equals(r.origin())).toList();
    }

    /** Meta's times are whole seconds, so a fast answer may seem to be before its question. */
    private static boolean followsFast(Instant answer, List<Instant> questions) {
        return questions.stream()
                .anyMatch(q -> !answer.plusSeconds(1).isBefore(q) && !answer.isAfter(q.plus(FAST)));
    }
}
