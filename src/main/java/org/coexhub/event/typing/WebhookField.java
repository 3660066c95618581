package org.coexhub.event.typing;

import org.coexhub.event.EventType;

import java.util.Map;

/**
 * Types the webhook fields that carry one value instead of a list of items. A field that is not in here is
 * {@code whatsapp.webhook.unrecognized}: calls, groups and automatic events are left out on purpose, because they are
 * no state of an account and no number that also lives in the Business App has calls or groups.
 */
final class WebhookField {

    private static final Map<String, EventType> TYPES =
            Map.ofEntries(
                    Map.entry("account_update", EventType.ACCOUNT_UPDATED),
                    Map.entry("account_alerts", EventType.ACCOUNT_UPDATED),
                    Map.entry("account_review_update", EventType.ACCOUNT_UPDATED),
                    Map.entry("account_settings_update", EventType.ACCOUNT_UPDATED),
                    Map.entry("business_status_update", EventType.ACCOUNT_UPDATED),
                    Map.entry("business_username_updates", EventType.ACCOUNT_UPDATED),
                    Map.entry("flows", EventType.ACCOUNT_UPDATED),
                    Map.entry("partner_solutions", EventType.ACCOUNT_UPDATED),
                    Map.entry("payment_configuration_update", EventType.ACCOUNT_UPDATED),
                    Map.entry("business_capability_update", EventType.NUMBER_UPDATED),
                    Map.entry("phone_number_name_update", EventType.NUMBER_UPDATED),
                    Map.entry("phone_number_quality_update", EventType.NUMBER_UPDATED),
                    Map.entry("security", EventType.NUMBER_UPDATED),
                    Map.entry("message_template_components_update", EventType.TEMPLATE_UPDATED),
                    Map.entry("message_template_quality_update", EventType.TEMPLATE_UPDATED),
                    Map.entry("message_template_status_update", EventType.TEMPLATE_UPDATED),
                    Map.entry("template_category_update", EventType.TEMPLATE_UPDATED),
                    Map.entry("template_correct_category_detection", EventType.TEMPLATE_UPDATED),
                    Map.entry("messaging_handovers", EventType.CONVERSATION_HANDOVER));

    private WebhookField() {}

    /** Meta's families of fields grow; a new member belongs where its relatives are. */
    static EventType type(String field) {
        if (field == null) {
            return EventType.WEBHOOK_UNRECOGNIZED;
        }
        EventType type = TYPES.get(field);
        if (type != null) {
            return type;
        }
        if (field.startsWith("account_")) {
            return EventType.ACCOUNT_UPDATED;
        }
        if (field.startsWith("phone_number_")) {
            return EventType.NUMBER_UPDATED;
        }
        return field.startsWith("message_template_")
                ? EventType.TEMPLATE_UPDATED
                : EventType.WEBHOOK_UNRECOGNIZED;
    }
}
