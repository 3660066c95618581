package org.coexhub.delivery.filter;

import org.coexhub.event.EventType;
import org.coexhub.event.Origin;
import org.coexhub.platform.settings.NearestName;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds the event types and origins of a route file that do not exist, so that nothing would ever come. Asked of route
 * files only: a stored declaration may be of another version, which knew other types.
 */
public final class UnknownNames {

    private static final Set<String> TYPES = new LinkedHashSet<>();
    private static final List<String> ORIGINS =
            Arrays.stream(Origin.values()).map(Origin::wireName).toList();

    static {
        for (EventType type : EventType.values()) {
            TYPES.add(type.wireName());
        }
    }

    private UnknownNames() {}

    /** What is wrong, in words for whoever wrote the file; empty when all names are known. */
    public static String in(String events, String origins) {
        var faults = new ArrayList<String>();
        for (String pattern : EventFilter.parts(events)) {
            if (TYPES.stream().noneMatch(EventFilter.pattern(pattern).asMatchPredicate())) {
                faults.add(fault("events: there is no type", pattern, patterns(pattern)));
            }
        }
        for (String origin : EventFilter.parts(origins)) {
            if (!ORIGINS.contains(origin.toLowerCase(Locale.ROOT))) {
                faults.add(fault("origins: there is no origin", origin, ORIGINS));
            }
        }
        return String.join("; ", faults);
    }

    /** The types, and where a pattern was given those with a star for their last part. */
    private static Collection<String> patterns(String given) {
        if (!given.contains("*")) {
            return TYPES;
        }
        return TYPES.stream()
                .flatMap(
                        type ->
                                Stream.of(
                                        type.substring(0, type.lastIndexOf('.')) + ".*",
                                        type.substring(0, type.indexOf('.')) + ".*"))
                .distinct()
                .toList();
    }

    private static String fault(String what, String given, Collection<String> known) {
        return what
                + " '"
                + given
                + "'"
                + NearestName.to(given, known)
                        .map(nearest -> ", did you mean " + nearest + "?")
                        .orElse(", known are " + String.join(", ", known));
    }
}
