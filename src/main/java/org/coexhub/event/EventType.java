package org.coexhub.event;

import com.fasterxml.jackson.annotation.JsonValue;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The types of event the hub publishes, by their public names. */
public enum EventType {
    MESSAGE_RECEIVED("whatsapp.message.received"),
    MESSAGE_ECHOED("whatsapp.message.echoed"),
    MESSAGE_SENT("whatsapp.message.sent"),
    MESSAGE_EDITED("whatsapp.message.edited"),
    MESSAGE_REVOKED("whatsapp.message.revoked"),
    MESSAGE_REACTED("whatsapp.message.reacted"),
    MESSAGE_STATUS("whatsapp.message.status"),
    MESSAGE_IMPORTED("whatsapp.message.imported"),
    MESSAGE_COMPLETED("whatsapp.message.completed"),
    CONTACT_SYNCED("whatsapp.contact.synced"),
    PREFERENCE_CHANGED("whatsapp.preference.changed"),
    IDENTITY_CHANGED("whatsapp.identity.changed"),
    ACCOUNT_UPDATED("whatsapp.account.updated"),
    NUMBER_UPDATED("whatsapp.number.updated"),
    TEMPLATE_UPDATED("whatsapp.template.updated"),
    COEXISTENCE_CHANGED("whatsapp.coexistence.changed"),
    CONVERSATION_HANDOVER("whatsapp.conversation.handover"),
    COMMAND_REJECTED("whatsapp.command.rejected"),
    COMMAND_FAILED("whatsapp.command.failed"),
    COMMAND_UNRESOLVED("whatsapp.command.unresolved"),
    WEBHOOK_UNRECOGNIZED("whatsapp.webhook.unrecognized");

    private static final Map<String, EventType> BY_WIRE_NAME =
            Arrays.stream(values())
                    .collect(
                            Collectors.toUnmodifiableMap(EventType::wireName, Function.identity()));

    private final String wireName;

    EventType(String wireName) {
        this.wireName = wireName;
    }

    @JsonValue
    public String wireName() {
        return wireName;
    }

    public static Optional<EventType> ofWireName(String wireName) {
        return wireName == null
                ? Optional.empty()
                : Optional.ofNullable(BY_WIRE_NAME.get(wireName));
    }
}
