package org.coexhub.outbound.command;

/**
 * The recipient of a message. At least one of the first two is given; where both are, Meta uses the phone number.
 *
 * @param to phone number as the caller wrote it, or the group
 * @param bsuid business-scoped user id
 * @param group whether {@code to} is a group
 */
public record Recipient(String to, String bsuid, boolean group) {

    /** Same for every spelling of a phone number; order is kept among commands with an equal key. */
    public String key() {
        if (to == null) {
            return bsuid;
        }
        return group ? to : digits();
    }

    /** Null unless there is a phone number. */
    public String digits() {
        return to == null || group ? null : to.replaceAll("[^0-9]", "");
    }
}
