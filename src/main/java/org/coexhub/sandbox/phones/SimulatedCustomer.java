package org.coexhub.sandbox.phones;

/**
 * A person with WhatsApp on a phone.
 *
 * @param id a short local name, unknown to the hub
 * @param waId phone number in digits; null for someone whom the business knows only by username
 * @param bsuid business-scoped user id, {@code GB.1349…}; null for accounts from before these ids
 * @param username with {@code @}; null where none was chosen
 */
public record SimulatedCustomer(
        String id, String name, String waId, String bsuid, String username) {

    public SimulatedCustomer {
        if (waId == null && bsuid == null) {
            throw new IllegalArgumentException(
                    "A customer needs a phone number or a business-scoped user id: " + id);
        }
    }

    /** What the phone network or Meta would route by. */
    public String address() {
        return waId != null ? waId : bsuid;
    }

    public boolean answersTo(String address) {
        return address.equals(bsuid)
                || waId != null && waId.equals(address.replaceAll("[^0-9]", ""));
    }
}
