package org.coexhub.outbound.send.reconcile;

import org.coexhub.event.Wamid;

import java.util.Collection;
import java.util.Set;

/** Tells which messages have been heard of otherwise: written in the App, or by a customer. */
@FunctionalInterface
public interface KnownMessages {

    /** Returns those of the given ids that another event has already explained. */
    Set<Wamid> among(Collection<Wamid> wamids);
}
