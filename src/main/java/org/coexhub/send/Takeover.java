package org.coexhub.send;

import org.coexhub.event.PhoneNumberId;

/** Knows whether a person has taken a conversation over from the bots. */
@FunctionalInterface
public interface Takeover {

    /**
     * Asked right before a bot's message would go out.
     *
     * @param toDigits the customer's phone number, or null
     * @param bsuid the customer's business-scoped id, or null
     */
    boolean personHasConversation(PhoneNumberId from, String toDigits, String bsuid);
}
