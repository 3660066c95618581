package org.coexhub.outbound.cost;

import java.util.Locale;

/** The kinds of charge that a message can count as. */
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
