package org.coexhub.platform.broker;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Keeps the consumers of one receiver from having messages of the same group in hand at the same time.
 *
 * <p><b>Why the broker's own pinning is not enough.</b> When a consumer joins, Artemis gives the groups out anew, and waits
 * with the next message until no consumer has one in delivery. But a message counts as no longer in delivery once it is
 * acknowledged, which is before its transaction has been committed. So the group's next message may be handled, and what it
 * sends be in its queue, while the one before is still being written.
 */
final class GroupTurns {

    private static final String GROUP = "JMSXGroupID";
    private static final Duration LOOK = Duration.ofMillis(20);

    private final Set<String> taken = new HashSet<>();

    Turn turn() {
        return new Turn();
    }

    /** All of them or none, so that no two wait for each other. */
    private synchronized boolean take(Set<String> groups, BooleanSupplier patient) {
        while (!Collections.disjoint(taken, groups)) {
            if (!patient.getAsBoolean()) {
                return false;
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, LOOK.toNanos());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        taken.addAll(groups);
        return true;
    }

    private synchronized void free(Set<String> groups) {
        taken.removeAll(groups);
        notifyAll();
    }

    /** The groups that one consumer has in hand, from receipt to the end of its transaction. */
    final class Turn {

        private final Set<String> inHand = new HashSet<>();

        /**
         * Waits until no other consumer has a group of these messages in hand.
         *
         * @param patient asked again and again whether to go on waiting
         * @return false when it was not
         */
        boolean take(Collection<Received> messages, BooleanSupplier patient) {
            Set<String> more =
                    messages.stream()
                            .map(message -> message.property(GROUP))
                            .filter(Objects::nonNull)
                            .filter(group -> !inHand.contains(group))
                            .collect(Collectors.toSet());
            if (!GroupTurns.this.take(more, patient)) {
                return false;
            }
            inHand.addAll(more);
            return true;
        }

        boolean take(Received message, Duration patience) {
            long end = System.nanoTime() + patience.toNanos();
            return take(List.of(message), () -> System.nanoTime() - end < 0);
        }

        /** The transaction has ended. */
        void end() {
            free(inHand);
            inHand.clear();
        }
    }
}
