package org.coexhub.sandbox.meta.account;

/**
 * The faults that can happen between the hub and Graph. The cases after the acceptance are the dangerous ones: the
 * message is on its way.
 */
public enum GraphFault {
    NONE,
    /** The connection is closed without an answer; nothing was accepted. */
    CUT_BEFORE_ACCEPT,
    /** The message is accepted and will be delivered, but the connection closes before the answer. */
    CUT_AFTER_ACCEPT,
    /** The message is accepted, the answer is HTTP 500 with code 131000. */
    ERROR_AFTER_ACCEPT,
    /** Nothing is accepted, the answer is HTTP 500 with code 131016. */
    ERROR_BEFORE_ACCEPT,
    /** The message is accepted, but neither the answer nor any webhook gets through until the line is mended. */
    UNPLUGGED,
    /** The message is accepted and answered normally, but late. */
    SLOW
}
