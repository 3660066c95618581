package org.coexhub.outbound.command.validation;

import org.coexhub.outbound.command.Violation;

import java.util.ArrayList;
import java.util.List;

/** The faults found in one document: as many as a person can use, however many there are. */
final class Violations {

    static final int MOST = 100;

    private static final Violation MORE =
            new Violation("", "has more faults than these " + MOST + "; put these right first");

    private final List<Violation> found = new ArrayList<>();

    /** Whether looking for more is of no use. */
    boolean isFull() {
        return found.size() > MOST;
    }

    void add(Violation fault) {
        if (found.size() < MOST) {
            found.add(fault);
        } else if (found.size() == MOST) {
            found.add(MORE);
        }
    }

    List<Violation> found() {
        return found;
    }
}
