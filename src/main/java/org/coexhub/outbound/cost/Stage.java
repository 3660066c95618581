package org.coexhub.outbound.cost;

import org.coexhub.event.EventData.MessageStatus;

import java.util.Locale;
import java.util.Optional;

/** The stages of a message as far as money is concerned; they only go up. A failure stands until a delivery is told. */
enum Stage {
    NONE,
    SENT,
    FAILED,
    DELIVERED;

    /**
     * A status the ledger knows.
     *
     * @param rank whose word on the price counts: the highest
     */
    record Told(Stage stage, int rank) {}

    /** Empty for words Meta invents tomorrow: they change nothing. */
    static Optional<Told> of(MessageStatus status) {
        return switch (status.status()) {
            case "sent" -> Optional.of(new Told(SENT, 1));
            case "failed" -> Optional.of(new Told(FAILED, 2));
            case "delivered" -> Optional.of(new Told(DELIVERED, 3));
            case "read" -> Optional.of(new Told(DELIVERED, 4));
            case "played" -> Optional.of(new Told(DELIVERED, 5));
            default -> Optional.empty();
        };
    }

    static Stage ofColumn(String column) {
        return valueOf(column.toUpperCase(Locale.ROOT));
    }

    String column() {
        return name().toLowerCase(Locale.ROOT);
    }
}
