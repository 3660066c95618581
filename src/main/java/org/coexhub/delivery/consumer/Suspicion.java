package org.coexhub.delivery.consumer;

import org.coexhub.delivery.consumer.RestingConversations.Rest;
import org.coexhub.delivery.failure.Circuit;
import org.coexhub.delivery.failure.FailingEvents;
import org.coexhub.delivery.failure.FailingEvents.Standing;
import org.coexhub.delivery.failure.Failure;
import org.coexhub.platform.broker.PassingFailure;
import org.coexhub.platform.broker.Received;

import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The rules for one destination's suspected events: when each is tried, and what a failure says of the destination.
 *
 * <p>A suspected event stands outside the {@link Circuit}. Its failures open nothing and double no pause, and it is never the
 * probe: where many are refused that the receiver cannot take, they would be tried in turn with nobody else, each after a
 * longer pause. It is not tried while the circuit pauses either, as the other side may have asked for that; what it does, if
 * it is taken, is to close it.
 */
final class Suspicion {

    /** What finds one to blame among two hundred: it is halved eight times. */
    private static final int MOST_FAILED_PARTS = 16;

    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private final Circuit circuit;
    private final FailingEvents failing;

    Suspicion(Circuit circuit, FailingEvents failing) {
        this.circuit = circuit;
        this.failing = failing;
    }

    /** Leave for one attempt. */
    final class Leave {
        private final boolean ofTheCircuit;

        private Leave(boolean ofTheCircuit) {
            this.ofTheCircuit = ofTheCircuit;
        }

        /** The other side has answered what shows that it is there. */
        void succeeded() {
            circuit.succeeded();
        }

        /** Nothing was learnt of the other side: another consumer has to probe. */
        void released() {
            if (ofTheCircuit) {
                circuit.released();
            }
        }

        private void failed(Failure verdict, Standing standing) {
            if (standing == null || !standing.suspected()) {
                circuit.failed(verdict.reason(), verdict.retryAfter());
            } else {
                circuit.noted(verdict.reason());
                released();
            }
        }
    }

    /** Null where the event may be tried. */
    Rest notDue(Received message) {
        Standing standing = failing.of(message.id());
        if (standing == null || !standing.aside() || standing.restAfter() == null) {
            return null;
        }
        return failing.notDue(message.id()) == null && circuit.isPassable()
                ? null
                : resting(standing);
    }

    /**
     * Waits until they may be tried; a suspected event has been found to be due.
     *
     * @return null when {@code closing} became true first
     */
    Leave leaveFor(List<Received> messages, int attempt, BooleanSupplier closing) {
        Standing standing = failing.of(messages.getFirst().id());
        boolean beside =
                attempt == 1 && standing != null && standing.suspected() && !circuit.isPaused();
        if (beside) {
            return new Leave(false);
        }
        return circuit.awaitPermit(closing) ? new Leave(true) : null;
    }

    void taken(List<Received> messages) {
        failing.delivered();
        messages.forEach(message -> failing.forget(message.id()));
    }

    void parked(Received message) {
        failing.forget(message.id());
    }

    /** A part of a batch was delivered. */
    void partTaken() {
        failing.delivered();
    }

    /**
     * What the failure means for those that failed; the circuit is told by {@link #tell}.
     *
     * @param mayRest whether others can be delivered beside them
     * @return null where it says nothing about the events: the hub's own broker or store is away
     */
    Standing failed(List<Received> messages, Exception failure, Failure verdict, boolean mayRest) {
        boolean says =
                !verdict.ofOneConversation()
                        && !verdict.untilResumed()
                        && !PassingFailure.isCauseOf(failure);
        return says ? failing.failed(messages.getFirst().id(), mayRest) : null;
    }

    void tell(Leave leave, Failure verdict, Standing standing) {
        if (verdict.ofOneConversation()) {
            leave.succeeded();
        } else {
            leave.failed(verdict, standing);
        }
    }

    /**
     * @param partTaken whether the other side took the rest of the same delivery
     */
    static boolean setsAside(Standing standing, int messages, boolean partTaken) {
        return standing != null
                && (standing.suspected() || standing.aside() && (messages == 1 || partTaken));
    }

    static Rest resting(Standing standing) {
        return new Rest(LOOK_AGAIN, standing.attempts());
    }

    /** A half of what is suspected is tried at once. */
    void inherit(List<Received> half, Standing whole) {
        failing.inherit(half.getFirst().id(), whole);
    }

    /**
     * Where as many parts have failed as finding one to blame takes, and nothing was taken, the rest of them wait for others:
     * there are many to blame, or nothing is taken at all.
     */
    boolean endsHalving(Standing whole) {
        return failing.failedInRowSince(whole) >= MOST_FAILED_PARTS;
    }

    Rest restingWith(Received message, Standing whole) {
        failing.inheritResting(message.id(), whole);
        return resting(whole);
    }
}
