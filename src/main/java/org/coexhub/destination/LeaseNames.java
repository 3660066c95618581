package org.coexhub.destination;

/** What the leases of a destination are called. */
final class LeaseNames {

    private LeaseNames() {}

    /** Held by the node that alone delivers to it. */
    static String delivery(String destination) {
        return "deliver:" + destination;
    }

    /** Held by the act that goes round its dead letters. */
    static String letters(String destination) {
        return "letters:" + destination;
    }
}
