package org.coexhub.event;

/** The queue a slice travels in: history imports wait in their own, so that they never delay a customer's message. */
public enum Lane {
    LIVE,
    HISTORY
}
