package org.coexhub.event;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * Everything one webhook says about who a customer is. Any part may be null, but not wa_id and business-scoped id both.
 *
 * @param waId phone number as Meta's wa_id, digits only
 * @param bsuid business-scoped user id, such as {@code US.1349…}
 * @param parentUserId business-scoped id in the parent portfolio, such as {@code US.ENT.1181…}
 * @param username the customer's public name without the leading {@code @}
 * @param name the name shown in the profile or in the business's own address book
 */
@JsonPropertyOrder({"waId", "bsuid", "parentUserId", "username", "name"})
public record CustomerIdentity(
        String waId, String bsuid, String parentUserId, String username, String name) {

    public CustomerIdentity {
        if (waId == null && bsuid == null) {
            throw new IllegalArgumentException("a customer needs a wa_id or a business-scoped id");
        }
    }

    /** What names the customer in a conversation id: the business-scoped id, or else the wa_id. */
    @JsonIgnore
    public String key() {
        return bsuid != null ? bsuid : waId;
    }
}
