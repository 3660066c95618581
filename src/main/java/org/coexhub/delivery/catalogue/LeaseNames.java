package org.coexhub.delivery.catalogue;

/** Names the leases of a destination. */
public final class LeaseNames {

    private LeaseNames() {}

    /** Held by the node that alone delivers to it. */
    public static String delivery(String destination) {
        return "deliver:" + destination;
    }

    /** Held by the act that goes round its dead letters. */
    public static String letters(String destination) {
        return "letters:" + destination;
    }
}
