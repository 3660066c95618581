package org.coexhub.outbound.send;

import org.coexhub.outbound.command.StoredCommand;
import org.coexhub.outbound.graph.GraphResult;
import org.coexhub.outbound.send.limit.Admission.Permit;

import java.time.Instant;

/**
 * A command whose turn has come, on its way through the send route.
 *
 * @param command null when the pointer led nowhere
 * @param permit of the limits; given when the command is in state sending and this turn makes the call
 * @param probe the call also tries whether a suspended number sends again
 * @param began when Graph was called
 * @param ended when that was over
 * @param result null until Graph was called
 * @param after the command as the turn has left it; null where nobody has looked
 */
public record Turn(
        StoredCommand command,
        Permit permit,
        boolean probe,
        Instant began,
        Instant ended,
        GraphResult result,
        StoredCommand after) {

    static Turn of(StoredCommand command) {
        return new Turn(command, null, false, null, null, null, null);
    }

    Turn cleared(Permit by, boolean asProbe) {
        return new Turn(command, by, asProbe, null, null, null, null);
    }

    Turn answered(Instant from, Instant to, GraphResult answer) {
        return new Turn(command, permit, probe, from, to, answer, null);
    }

    Turn recorded(StoredCommand as) {
        return new Turn(command, permit, probe, began, ended, result, as);
    }

    boolean clear() {
        return permit != null;
    }

    /** Graph may have been called, and what it said is not known here. */
    boolean mayBeCalling() {
        return clear() && result == null;
    }
}
