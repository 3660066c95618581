package org.coexhub.connector.chatbot;

import com.fasterxml.jackson.databind.JsonNode;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Tells from a conversation's last messages whether an auto-responder is at the other end. */
final class OtherBot {

    private static final int REPEATS = 3;

    /** No person answers so fast, with the same words, so often. */
    private static final Duration FAST = Duration.ofSeconds(3);

    private OtherBot() {}

    /** @param recent entries with origin, type, text and time, oldest first */
    static boolean isSuspectedIn(JsonNode recent) {
        var ours = new ArrayList<Instant>();
        var theirs = new ArrayList<JsonNode>();
        for (JsonNode entry : recent) {
            if ("hub".equals(entry.path("origin").asText())) {
                ours.add(time(entry));
            } else if ("customer".equals(entry.path("origin").asText())) {
                theirs.add(entry);
            }
        }
        if (theirs.size() < REPEATS) {
            return false;
        }
        List<JsonNode> last = theirs.subList(theirs.size() - REPEATS, theirs.size());
        String words = last.getFirst().path("text").asText("");
        return !words.isBlank()
                && last.stream()
                        .allMatch(
                                entry ->
                                        words.equals(entry.path("text").asText())
                                                && "text".equals(entry.path("type").asText())
                                                && followsFast(time(entry), ours));
    }

    /** Meta's times are whole seconds, so a fast answer may seem to be before its question. */
    private static boolean followsFast(Instant answer, List<Instant> questions) {
        return questions.stream()
                .anyMatch(q -> !answer.plusSeconds(1).isBefore(q) && !answer.isAfter(q.plus(FAST)));
    }

    private static Instant time(JsonNode entry) {
        return Instant.parse(entry.path("time").asText());
    }
}
