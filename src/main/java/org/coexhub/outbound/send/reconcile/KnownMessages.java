package org.coexhub.outbound.send.reconcile;

import org.coexhub.event.Wamid;

import java.util.Collection;
import java.util.Set;

/** Knows which messages have been heard of otherwise: written in the App, or by a customer. */
@FunctionalInterface
public interface KnownMessages {

    /** Those of the given that are no riddle. */
    Set<Wamid> among(Collection<Wamid> wamids);
}
