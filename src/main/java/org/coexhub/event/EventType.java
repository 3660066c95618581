package org.coexhub.event;

import com.fasterxml.jackson.annotation.JsonValue;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The types of event the hub publishes, by their public names. */
public enum EventType {
    MESSAGE_RECEIVED("whatsapp.message.received", EventData.MessageReceived.class),
    MESSAGE_ECHOED("whatsapp.message.echoed", EventData.MessageEchoed.class),
    MESSAGE_SENT("whatsapp.message.sent", EventData.MessageSent.class),
    MESSAGE_EDITED("whatsapp.message.edited", EventData.MessageEdited.class),
    MESSAGE_REVOKED("whatsapp.message.revoked", EventData.MessageRevoked.class),
    MESSAGE_REACTED("whatsapp.message.reacted", EventData.MessageReacted.class),
    MESSAGE_STATUS("whatsapp.message.status", EventData.MessageStatus.class),
    MESSAGE_IMPORTED("whatsapp.message.imported", EventData.MessageImported.class),
    MESSAGE_COMPLETED("whatsapp.message.completed", EventData.MessageCompleted.class),
    CONTACT_SYNCED("whatsapp.contact.synced", EventData.ContactSynced.class),
    PREFERENCE_CHANGED("whatsapp.preference.changed", EventData.PreferenceChanged.class),
    IDENTITY_CHANGED("whatsapp.identity.changed", EventData.IdentityChanged.class),
    ACCOUNT_UPDATED("whatsapp.account.updated", EventData.AccountUpdated.class),
    NUMBER_UPDATED("whatsapp.number.updated", EventData.NumberUpdated.class),
    TEMPLATE_UPDATED("whatsapp.template.updated", EventData.TemplateUpdated.class),
    COEXISTENCE_CHANGED("whatsapp.coexistence.changed", EventData.Internal.class),
    CONVERSATION_HANDOVER("whatsapp.conversation.handover", EventData.Internal.class),
    COMMAND_REJECTED("whatsapp.command.rejected", EventData.CommandUndone.class),
    COMMAND_FAILED("whatsapp.command.failed", EventData.CommandUndone.class),
    COMMAND_UNRESOLVED("whatsapp.command.unresolved", EventData.CommandUndone.class),
    WEBHOOK_UNRECOGNIZED("whatsapp.webhook.unrecognized", EventData.Internal.class);

    private static final Map<String, EventType> BY_WIRE_NAME =
            Arrays.stream(values())
                    .collect(
                            Collectors.toUnmodifiableMap(EventType::wireName, Function.identity()));

    private final String wireName;
    private final Class<? extends EventData> data;

    EventType(String wireName, Class<? extends EventData> data) {
        this.wireName = wireName;
        this.data = data;
    }

    @JsonValue
    public String wireName() {
        return wireName;
    }

    /** The record that a published event's data is read into. */
    Class<? extends EventData> data() {
        return data;
    }

    public static Optional<EventType> ofWireName(String wireName) {
        return wireName == null
                ? Optional.empty()
                : Optional.ofNullable(BY_WIRE_NAME.get(wireName));
    }
}
