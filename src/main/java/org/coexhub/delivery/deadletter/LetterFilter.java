package org.coexhub.delivery.deadletter;

import java.util.stream.Stream;

/** Selects dead letters. Parts left out match everything; {@code reason} matches as a part of the letter's. */
public record LetterFilter(
        String destination, String reason, String eventType, String conversation) {

    /** Whether every letter is meant. */
    public boolean hasNoPart() {
        return Stream.of(destination, reason, eventType, conversation)
                .allMatch(part -> part == null || part.isEmpty());
    }

    public boolean matches(DeadLetters.Letter letter) {
        return matchesDestination(letter.destination())
                && (reason == null || letter.reason() != null && letter.reason().contains(reason))
                && matches(eventType, letter.eventType())
                && matches(conversation, letter.conversation());
    }

    public boolean matchesDestination(String name) {
        return matches(destination, name);
    }

    private static boolean matches(String wanted, String value) {
        return wanted == null || wanted.isEmpty() || wanted.equals(value);
    }
}
