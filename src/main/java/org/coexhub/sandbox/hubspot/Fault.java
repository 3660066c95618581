package org.coexhub.sandbox.hubspot;

/** A fault that happens to a call instead of an answer. */
public enum Fault {
    /** 503, nothing done. */
    UNAVAILABLE,
    /** 502 after everything was done. */
    BAD_GATEWAY_AFTERWARDS,
    /** The connection is cut after everything was done. */
    ANSWER_LOST,
    /** 423: records are locked for two seconds; nothing done. */
    LOCKED
}
