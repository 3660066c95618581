package org.coexhub.outbound.bulk;

import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.event.PhoneNumberId;

import java.time.Instant;
import java.util.List;

/**
 * A request to send to many, as far as its form goes.
 *
 * @param message the command each row becomes, with places for its recipient and variables
 * @param beginsAt null for at once
 * @param hash of all that was asked
 */
record BulkOrder(
        PhoneNumberId from, ObjectNode message, Instant beginsAt, List<Row> rows, String hash) {

    /**
     * One recipient.
     *
     * @param recipient as given, in storable JSON
     * @param fault why no command can be made of it; null when one can
     */
    record Row(String recipient, String fault) {}
}
