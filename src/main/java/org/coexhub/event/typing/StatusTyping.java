package org.coexhub.event.typing;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.event.EventData.ContactSynced;
import org.coexhub.event.EventData.MessageStatus;
import org.coexhub.event.EventData.PreferenceChanged;
import org.coexhub.event.EventId;
import org.coexhub.event.EventType;
import org.coexhub.event.HubEvent;
import org.coexhub.event.MessageContent.Pricing;
import org.coexhub.event.MessageContent.PricingConversation;
import org.coexhub.event.Origin;
import org.coexhub.event.Wamid;

import java.util.Locale;

/** Types the small updates about messages and customers: statuses, address book entries and preferences. */
final class StatusTyping {

    private StatusTyping() {}

    static HubEvent status(EventDraft draft, JsonNode status) {
        Wamid wamid = Fields.wamid(status, "id");
        String name = lowerCase(Fields.id(status, "status"));
        draft.at(status);
        if (wamid == null || name == null) {
            return draft.unrecognized("status without id or name");
        }
        String participant =
                draft.identity.toGroup()
                        ? Fields.phone(
                                Fields.text(
                                        status,
                                        "recipient_participant_id",
                                        "participant_recipient_id",
                                        "recipient_participant_user_id",
                                        "recipient_user_id"))
                        : null;
        // For groups Meta has been seen to put the price inside the conversation.
        JsonNode window = status.path("conversation");
        JsonNode pricing = status.has("pricing") ? status.path("pricing") : window.path("pricing");
        MessageStatus data =
                new MessageStatus(
                        wamid,
                        name,
                        Fields.phone(Fields.text(status, "recipient_id")),
                        lowerCase(Fields.id(status, "recipient_type")),
                        participant,
                        pricing(pricing),
                        window(window),
                        Fields.errors(status.path("errors")),
                        Fields.text(status, "biz_opaque_callback_data"));
        return draft.event(
                EventType.MESSAGE_STATUS,
                Origin.META,
                EventId.ofStatus(wamid, name, participant),
                data);
    }

    private static Pricing pricing(JsonNode pricing) {
        if (!pricing.isObject()) {
            return null;
        }
        return new Pricing(
                Fields.text(pricing, "type"),
                Fields.text(pricing, "category"),
                Fields.text(pricing, "pricing_model"),
                Fields.flag(pricing, "billable"));
    }

    private static PricingConversation window(JsonNode window) {
        if (!window.isObject()) {
            return null;
        }
        return new PricingConversation(
                Fields.text(window, "id"),
                Fields.text(window.path("origin"), "type"),
                Fields.time(Fields.text(window, "expiration_timestamp")));
    }

    /** An entry without a readable time gets a digest as identity, so that two edits of one contact stay two events. */
    static HubEvent contact(EventDraft draft, JsonNode entry) {
        String action = lowerCase(Fields.id(entry, "action"));
        if (action == null || !draft.identity.named()) {
            return draft.unrecognized("contact without action or identity");
        }
        String timestamp = Fields.id(entry.path("metadata"), "timestamp");
        if (timestamp == null) {
            timestamp = Fields.id(entry, "timestamp");
        }
        draft.at(Fields.time(timestamp));
        String who = draft.identity.waId() != null ? draft.identity.waId() : draft.identity.bsuid();
        EventId id =
                timestamp == null
                        ? draft.hashedId()
                        : new EventId("contact:" + who + ":" + action + ":" + timestamp);
        JsonNode contact = entry.path("contact");
        ContactSynced data =
                new ContactSynced(
                        action,
                        Fields.text(contact, "full_name"),
                        Fields.text(contact, "first_name"));
        return draft.event(EventType.CONTACT_SYNCED, Origin.APP, id, data);
    }

    static HubEvent preference(EventDraft draft, JsonNode preference) {
        draft.at(preference);
        String value = lowerCase(Fields.id(preference, "value"));
        if (value == null || !draft.identity.named()) {
            return draft.unrecognized("preference without value or identity");
        }
        PreferenceChanged data =
                new PreferenceChanged(
                        Fields.text(preference, "category"),
                        value,
                        Fields.text(preference, "detail"));
        return draft.event(EventType.PREFERENCE_CHANGED, Origin.CUSTOMER, draft.hashedId(), data);
    }

    static String lowerCase(String text) {
        return text == null ? null : text.toLowerCase(Locale.ROOT);
    }
}
