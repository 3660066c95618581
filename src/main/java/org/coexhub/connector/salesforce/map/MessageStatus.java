package org.coexhub.connector.salesforce.map;

import java.util.List;

/** The order of statuses, in which a record only goes up. */
public final class MessageStatus {

    static final String RECEIVED = "received";
    static final String SENT = "sent";
    static final String DELETED = "deleted";

    private static final List<String> ORDER =
            List.of(
                    RECEIVED,
                    "unresolved",
                    SENT,
                    "rejected",
                    "failed",
                    "delivered",
                    "read",
                    "played",
                    DELETED);

    private MessageStatus() {}

    /** The further one; either may be null. */
    public static String further(String one, String other) {
        return ORDER.indexOf(one) >= ORDER.indexOf(other) ? one : other;
    }
}
