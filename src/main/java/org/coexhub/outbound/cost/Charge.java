package org.coexhub.outbound.cost;

import java.util.Locale;

/** As what a message counts. */
enum Charge {
    BILLED,
    FREE,
    /** Sent, and not yet told to be delivered; Meta charges for delivered messages. */
    PENDING,
    FAILED,
    /** Delivered, and Meta named no price. */
    UNPRICED;

    String column() {
        return name().toLowerCase(Locale.ROOT);
    }
}
