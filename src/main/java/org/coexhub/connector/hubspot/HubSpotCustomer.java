package org.coexhub.connector.hubspot;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.event.PhoneDigits;

/**
 * The customer a message is with.
 *
 * @param id by which HubSpot knows the person: the digits of the phone number, in the one spelling where there are two,
 *     or the business-scoped id of somebody who shows no number
 * @param waId null for somebody who shows no number
 * @param name null when unknown
 */
record HubSpotCustomer(String id, String waId, String name) {

    /** @return null where the event names nobody */
    static HubSpotCustomer of(JsonNode customer) {
        String waId = text(customer, "waId");
        String bsuid = text(customer, "bsuid");
        if (waId == null && bsuid == null) {
            return null;
        }
        String name = text(customer, "name");
        return new HubSpotCustomer(
                waId == null ? bsuid : PhoneDigits.canonical(waId),
                waId,
                name == null ? text(customer, "username") : name);
    }

    private static String text(JsonNode node, String name) {
        String value = node.path(name).asText("");
        return node.path(name).isNull() || value.isBlank() ? null : value;
    }
}
