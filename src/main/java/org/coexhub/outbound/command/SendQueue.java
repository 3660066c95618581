package org.coexhub.outbound.command;

import java.util.List;

/** The queue in which pointers wait for their turn. */
@FunctionalInterface
public interface SendQueue {

    /** Puts all of them in one transaction; returns once they are durable. */
    void put(List<Pointer> pointers);

    /** As {@link #put}, ahead of all that waits there. */
    default void putFirst(List<Pointer> pointers) {
        put(pointers);
    }
}
