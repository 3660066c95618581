package org.coexhub.platform.settings;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Optional;

/** Finds the known name that a misspelt one most likely means. */
public final class NearestName {

    private static final int FARTHEST = 4;

    private NearestName() {}

    /** @return the known name with the least edits to the given one; empty where none is near enough to be meant */
    public static Optional<String> to(String given, Collection<String> known) {
        String nearest = null;
        int least = Math.min(FARTHEST, Math.max(1, given.length() / 2)) + 1;
        for (String name : known) {
            int distance = distance(given, name);
            if (distance < least) {
                least = distance;
                nearest = name;
            }
        }
        return Optional.ofNullable(nearest);
    }

    /** Levenshtein's: how many characters have to be put in, taken out or replaced. */
    private static int distance(String from, String to) {
        var row = new ArrayList<Integer>();
        for (int j = 0; j <= to.length(); j++) {
            row.add(j);
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row.set(0, i);
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row.get(j);
                row.set(j, Math.min(replaced, 1 + Math.min(diagonal, row.get(j - 1))));
            }
        }
        return row.getLast();
    }
}
