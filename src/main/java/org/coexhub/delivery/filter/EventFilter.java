package org.coexhub.delivery.filter;

import org.coexhub.event.EventType;
import org.coexhub.event.HubEvent;
import org.coexhub.event.Origin;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Selects the events a destination wants (imported history only where {@code origins} or a type's own name asks for
 * it): by type patterns with {@code *}, and optionally by origins, phone number ids, and command sources whose messages
 * it knows already. Each part is a comma-separated list; an empty part lets everything through.
 */
public final class EventFilter {

    private final String events;
    private final String origins;
    private final String numbers;
    private final String notFrom;
    private final Set<EventType> types;
    private final Set<EventType> named;
    private final List<String> originNames;
    private final List<String> numberIds;
    private final List<String> knownSources;

    /**
     * @param notFrom names of command sources: what was sent for them is left out, what became of it is not
     */
    public EventFilter(String events, String origins, String numbers, String notFrom) {
        this.events = events;
        this.origins = origins;
        this.numbers = numbers;
        this.notFrom = notFrom;
        this.types = typesOf(parts(events).stream().map(EventFilter::pattern).toList());
        this.named = EnumSet.noneOf(EventType.class);
        parts(events).forEach(name -> EventType.ofWireName(name).ifPresent(named::add));
        this.originNames = parts(origins.toLowerCase(Locale.ROOT));
        this.numberIds = parts(numbers);
        this.knownSources = parts(notFrom);
    }

    /** The type patterns as they were given. */
    public String events() {
        return events;
    }

    /** Reads what {@link #toString} wrote. */
    public static EventFilter parse(String written) {
        String[] parts = written.split("\\|", 4);
        if (parts.length < 3) {
            throw new IllegalArgumentException("not a stored event filter: " + written);
        }
        return new EventFilter(parts[0], parts[1], parts[2], parts.length == 4 ? parts[3] : "");
    }

    public boolean accepts(HubEvent event) {
        return types.contains(event.type())
                && acceptsOrigin(event)
                && (numberIds.isEmpty()
                        || event.number() != null && numberIds.contains(event.number().value()))
                && !(event.type() == EventType.MESSAGE_SENT
                        && event.sourceName() != null
                        && knownSources.contains(event.sourceName()));
    }

    /** A pattern does not ask for history: who wants to know what happens does not want what happened years ago. */
    private boolean acceptsOrigin(HubEvent event) {
        return originNames.isEmpty()
                ? event.origin() != Origin.HISTORY || named.contains(event.type())
                : originNames.contains(event.origin().wireName());
    }

    /** Whether imported history may be among the events. */
    public boolean asksForHistory() {
        return originNames.isEmpty()
                ? named.contains(EventType.MESSAGE_IMPORTED)
                        || named.contains(EventType.MESSAGE_COMPLETED)
                : originNames.contains(Origin.HISTORY.wireName());
    }

    /** Worked out once, for this is asked for every event and destination. */
    private static Set<EventType> typesOf(List<Pattern> patterns) {
        var accepted = EnumSet.noneOf(EventType.class);
        for (EventType type : EventType.values()) {
            if (patterns.isEmpty()
                    || patterns.stream().anyMatch(p -> p.matcher(type.wireName()).matches())) {
                accepted.add(type);
            }
        }
        return accepted;
    }

    @Override
    public String toString() {
        return events + "|" + origins + "|" + numbers + "|" + notFrom;
    }

    /** What stands between the commas. */
    static List<String> parts(String list) {
        return Arrays.stream(list.split(",")).map(String::strip).filter(s -> !s.isEmpty()).toList();
    }

    static Pattern pattern(String glob) {
        return Pattern.compile(
                Arrays.stream(glob.split("\\*", -1))
                        .map(Pattern::quote)
                        .reduce((a, b) -> a + ".*" + b)
                        .orElse(".*"));
    }
}
