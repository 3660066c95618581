package org.coexhub.connector.hubspot;

import org.coexhub.event.CustomerIdentity;
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
    static HubSpotCustomer of(CustomerIdentity customer) {
        if (customer == null) {
            return null;
        }
        String waId = customer.waId();
        return new HubSpotCustomer(
                waId == null ? customer.bsuid() : PhoneDigits.canonical(waId),
                waId,
                customer.name() == null ? customer.username() : customer.name());
    }
}
