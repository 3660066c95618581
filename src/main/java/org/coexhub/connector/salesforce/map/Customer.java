package org.coexhub.connector.salesforce.map;

import org.coexhub.event.CloudEvent;
import org.coexhub.event.CustomerIdentity;
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
    static Customer of(CloudEvent event) {
        Customer named = named(event.customer());
        Customer known = event.groupId() == null ? named(event.known()) : null;
        if (named == null || known == null) {
            return named == null ? known : named;
        }
        Customer both = known.and(named);
        return known.name == null ? both : new Customer(both.waId, both.bsuid, known.name);
    }

    /** Null where the identity names nobody. */
    static Customer named(CustomerIdentity identity) {
        return identity == null
                ? null
                : new Customer(identity.waId(), identity.bsuid(), identity.name());
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
}
