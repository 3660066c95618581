package org.coexhub.event;

import com.fasterxml.jackson.annotation.JsonValue;

import java.util.Objects;

/**
 * A business phone number and the customer (or group) it talks with.
 *
 * <p>What is derived from one webhook alone is a first answer: a person may appear by phone number in one webhook and
 * by business-scoped id in the next. Whoever knows both replaces it through {@link HubEvent#withConversation}.
 */
public record ConversationId(@JsonValue String value) {

    public ConversationId {
        Objects.requireNonNull(value, "value");
    }

    /** The business-scoped id names the customer where Meta gives one, else the wa_id. */
    public static ConversationId of(PhoneNumberId number, CustomerIdentity customer) {
        return new ConversationId(number.value() + ":" + customer.key());
    }

    /** A group keeps one conversation, whoever writes in it. */
    public static ConversationId ofGroup(PhoneNumberId number, String groupId) {
        return new ConversationId(number.value() + ":" + groupId);
    }

    @Override
    public String toString() {
        return value;
    }
}
