package org.coexhub.event.typing;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.event.EventData;
import org.coexhub.event.EventData.AccountUpdated;
import org.coexhub.event.EventData.HistoryChunk;
import org.coexhub.event.EventData.NumberUpdated;
import org.coexhub.event.EventData.OwnerChanged;
import org.coexhub.event.EventData.TemplateUpdated;
import org.coexhub.event.EventType;
import org.coexhub.event.HubEvent;
import org.coexhub.event.MessageContent.MetaError;
import org.coexhub.event.Origin;
import org.coexhub.event.WabaId;
import org.coexhub.event.slice.Outline.Kind;

import java.util.List;

/** Types values that hold one update instead of a list: of accounts, numbers, templates, and errors of any field. */
final class AccountTyping {

    private AccountTyping() {}

    static HubEvent value(EventDraft draft, JsonNode value) {
        if (Fields.time(draft.item.entryTime()) == null) {
            draft.at(value);
        } else {
            draft.atEntryTime();
        }
        JsonNode account = value.path("waba_info");
        String waba = Fields.id(account, "waba_id");
        if (waba != null) {
            // The entry is the partner's portfolio then.
            draft.wabaId = new WabaId(waba);
        }
        if (draft.item.kind() != Kind.VALUE) {
            return beside(draft, value);
        }
        EventType type = WebhookField.type(draft.item.field());
        EventData data =
                switch (type) {
                    case ACCOUNT_UPDATED -> account(value, null);
                    case NUMBER_UPDATED -> number(value);
                    case TEMPLATE_UPDATED -> template(value);
                    case CONVERSATION_HANDOVER -> owner(value);
                    default -> null;
                };
        if (data != null && value.isObject()) {
            return draft.event(type, Origin.META, draft.hashedId(), data);
        }
        return trouble(draft, value);
    }

    /** A field of lists whose value has none: errors and the progress of an import are worth typing. */
    private static HubEvent trouble(EventDraft draft, JsonNode value) {
        JsonNode chunks = value.path("history");
        JsonNode last = chunks.path(chunks.size() - 1);
        HistoryChunk chunk = chunk(last.path("metadata"));
        List<MetaError> errors = Fields.errors(value.path("errors"));
        for (int i = 0; i < chunks.size() && errors == null; i++) {
            errors = Fields.errors(chunks.path(i).path("errors"));
        }
        if (errors == null && chunk == null) {
            return draft.unrecognized("no event type for this field or value");
        }
        return draft.event(
                EventType.ACCOUNT_UPDATED,
                Origin.META,
                draft.hashedId(),
                new AccountUpdated(null, null, null, null, errors, chunk));
    }

    /** Errors or a chunk without threads, beside items. */
    private static HubEvent beside(EventDraft draft, JsonNode part) {
        List<MetaError> errors = Fields.errors(part.isArray() ? part : part.path("errors"));
        HistoryChunk chunk = chunk(part.path("metadata"));
        if (errors == null && chunk == null) {
            return draft.unrecognized("neither errors nor progress");
        }
        return draft.event(
                EventType.ACCOUNT_UPDATED,
                Origin.META,
                draft.hashedId(),
                new AccountUpdated(null, null, null, null, errors, chunk));
    }

    private static AccountUpdated account(JsonNode value, HistoryChunk chunk) {
        JsonNode left = value.path("disconnection_info");
        JsonNode alert = value.path("alert_info");
        JsonNode details =
                value.path("violation_info").isObject()
                        ? value.path("violation_info")
                        : value.path("ban_info");
        return new AccountUpdated(
                first(Fields.text(value, "event", "decision"), Fields.text(alert, "alert_type")),
                first(
                        Fields.text(left, "reason"),
                        Fields.text(details, "violation_type", "waba_ban_state"),
                        Fields.text(alert, "alert_description"),
                        Fields.text(value, "reason", "message")),
                Fields.text(left, "initiated_by"),
                Fields.phone(Fields.text(value, "phone_number", "display_phone_number")),
                Fields.errors(value.path("errors")),
                chunk);
    }

    private static NumberUpdated number(JsonNode value) {
        return new NumberUpdated(
                Fields.text(value, "event"),
                Fields.phone(Fields.text(value, "display_phone_number", "phone_number")),
                Fields.text(value, "decision"),
                Fields.text(value, "requested_verified_name"),
                Fields.text(value, "current_limit", "max_daily_conversations_per_business"),
                Fields.text(value, "old_limit"));
    }

    /** In the notice of a coming change {@code new_category} is still today's, and {@code correct_category} the target. */
    private static TemplateUpdated template(JsonNode value) {
        boolean coming = value.hasNonNull("correct_category");
        return new TemplateUpdated(
                Fields.id(value, "message_template_id"),
                Fields.text(value, "message_template_name"),
                Fields.text(value, "message_template_language"),
                Fields.text(value, "event"),
                Fields.text(value, "reason"),
                Fields.text(
                        value,
                        coming ? "correct_category" : "new_category",
                        "message_template_category"),
                Fields.text(value, coming ? "new_category" : "previous_category"),
                Fields.text(value, "new_quality_score"),
                Fields.text(value, "previous_quality_score"));
    }

    private static OwnerChanged owner(JsonNode value) {
        String change = Fields.text(value, "type");
        JsonNode detail = change == null ? value : value.path(change);
        return new OwnerChanged(
                change,
                Fields.text(detail, "previous_owner_role"),
                Fields.text(detail, "new_owner_role"),
                Fields.text(detail, "metadata"));
    }

    static HistoryChunk chunk(JsonNode metadata) {
        if (!metadata.isObject()) {
            return null;
        }
        return new HistoryChunk(
                Fields.smallNumber(metadata, "phase"),
                Fields.smallNumber(metadata, "chunk_order"),
                Fields.smallNumber(metadata, "progress"));
    }

    private static String first(String... candidates) {
        for (String candidate : candidates) {
            if (candidate != null) {
                return candidate;
            }
        }
        return null;
    }
}
