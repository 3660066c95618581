package org.coexhub.outbound.send;

import org.coexhub.event.PhoneNumberId;

import java.time.Instant;

/** Knows whether a person has the conversation, or has spoken since a bot wrote what is queued. */
@FunctionalInterface
public interface TakeoverCheck {

    /**
     * Asked right before a bot's message would go out.
     *
     * @param toDigits the customer's phone number, or null
     * @param bsuid the customer's business-scoped id, or null
     * @param accepted when the hub accepted the bot's message; true as well where a person has spoken since
     */
    boolean personHasConversation(
            PhoneNumberId from, String toDigits, String bsuid, Instant accepted);
}
