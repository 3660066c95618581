package org.coexhub.connector.salesforce.map;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.event.PhoneDigits;

/**
 * A customer as an event names them.
 *
 * @param waId digits, or null
 * @param bsuid business-scoped user id, or null; never null where {@code waId} is
 * @param name or null
 */
public record Customer(String waId, String bsuid, String name) {

    /** The one in the event, completed by what the hub knows of the conversation; null where nobody is named. */
    static Customer of(JsonNode data) {
        JsonNode named = data.path("customer");
        JsonNode known = data.path("conversation").path("customer");
        boolean group = data.hasNonNull("groupId");
        String waId = text(named, "waId");
        String bsuid = text(named, "bsuid");
        String name = text(named, "name");
        if (!group) {
            waId = waId == null ? text(known, "waId") : waId;
            bsuid = bsuid == null ? text(known, "bsuid") : bsuid;
            name = text(known, "name") == null ? name : text(known, "name");
        }
        return waId == null && bsuid == null ? null : new Customer(waId, bsuid, name);
    }

    /** Null where the identity names nobody. */
    static Customer named(JsonNode identity) {
        String waId = text(identity, "waId");
        String bsuid = text(identity, "bsuid");
        return waId == null && bsuid == null
                ? null
                : new Customer(waId, bsuid, text(identity, "name"));
    }

    /** One spelling, whichever of two Meta uses; by the number where there is one, for that is what an org knows. */
    public String key() {
        return waId != null ? PhoneDigits.canonical(waId) : bsuid;
    }

    public String phone() {
        return waId == null ? null : "+" + waId;
    }

    /** Completed by what another event says of the same customer. */
    Customer and(Customer other) {
        return new Customer(
                other.waId == null ? waId : other.waId,
                other.bsuid == null ? bsuid : other.bsuid,
                other.name == null ? name : other.name);
    }

    private static String text(JsonNode node, String member) {
        String text = node.path(member).asText("");
        return text.isBlank() ? null : text;
    }
}
