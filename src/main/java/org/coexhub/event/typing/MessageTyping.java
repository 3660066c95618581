package org.coexhub.event.typing;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.event.EventData.HistoryChunk;
import org.coexhub.event.EventData.IdentityChanged;
import org.coexhub.event.EventData.MessageEchoed;
import org.coexhub.event.EventData.MessageEdited;
import org.coexhub.event.EventData.MessageImported;
import org.coexhub.event.EventData.MessageReacted;
import org.coexhub.event.EventData.MessageReceived;
import org.coexhub.event.EventData.MessageRevoked;
import org.coexhub.event.EventId;
import org.coexhub.event.EventType;
import org.coexhub.event.HubEvent;
import org.coexhub.event.Lane;
import org.coexhub.event.MessageContent;
import org.coexhub.event.Origin;
import org.coexhub.event.Wamid;
import org.coexhub.event.slice.Identity;

/** Types messages by who sent them and what they do. */
final class MessageTyping {

    private MessageTyping() {}

    /** A customer's message; under the field {@code history} it is media of an imported one. */
    static HubEvent message(EventDraft draft, JsonNode message) {
        Wamid wamid = Fields.wamid(message, "id");
        if (wamid == null) {
            return draft.at(message).unrecognized("message without id");
        }
        draft.at(message);
        if (draft.item.lane() == Lane.HISTORY) {
            return imported(draft, wamid, message, "inbound", null);
        }
        String change = Fields.id(message.path("system"), "type");
        if (ContentTyping.type(message).equals("system") && changesIdentity(change)) {
            return identityChanged(draft, wamid, message.path("system"), change);
        }
        String to = Fields.phone(Fields.text(message, "to"));
        return live(
                draft,
                wamid,
                ContentTyping.content(message),
                Fields.phone(Fields.text(message, "from")),
                to != null ? to : display(draft),
                Origin.CUSTOMER);
    }

    /** What the business wrote in its app; Meta's own agent wraps the body of its send request. */
    static HubEvent echo(EventDraft draft, JsonNode echo) {
        Wamid wamid = Fields.wamid(echo, "id");
        if (wamid == null) {
            return draft.at(echo).unrecognized("echo without id");
        }
        draft.at(echo);
        if (draft.item.lane() == Lane.HISTORY) {
            return imported(draft, wamid, echo, "outbound", null);
        }
        JsonNode body =
                echo.path("message").isObject() && !echo.has("type") ? echo.path("message") : echo;
        String from = Fields.phone(Fields.text(echo, "from"));
        String to = Fields.phone(Fields.text(echo, "to"));
        return live(
                draft,
                wamid,
                ContentTyping.content(body),
                from != null ? from : display(draft),
                to != null ? to : Fields.phone(Fields.text(body, "to")),
                Origin.APP);
    }

    private static HubEvent live(
            EventDraft draft,
            Wamid wamid,
            MessageContent content,
            String from,
            String to,
            Origin origin) {
        String group = draft.identity.group();
        EventId id = EventId.ofMessage(wamid);
        return switch (content.messageType()) {
            case "edit" ->
                    draft.event(
                            EventType.MESSAGE_EDITED,
                            origin,
                            id,
                            new MessageEdited(wamid, from, to, group, content));
            case "revoke" ->
                    draft.event(
                            EventType.MESSAGE_REVOKED,
                            origin,
                            id,
                            new MessageRevoked(wamid, from, to, group, content));
            case "reaction" ->
                    draft.event(
                            EventType.MESSAGE_REACTED,
                            origin,
                            id,
                            new MessageReacted(wamid, from, to, group, content));
            default ->
                    origin == Origin.APP
                            ? draft.event(
                                    EventType.MESSAGE_ECHOED,
                                    origin,
                                    id,
                                    new MessageEchoed(wamid, from, to, group, content))
                            : draft.event(
                                    EventType.MESSAGE_RECEIVED,
                                    origin,
                                    id,
                                    new MessageReceived(wamid, from, to, group, content));
        };
    }

    static HubEvent imported(
            EventDraft draft, Wamid wamid, JsonNode message, String direction, HistoryChunk chunk) {
        String status = Fields.id(message.path("history_context"), "status");
        String from = Fields.phone(Fields.text(message, "from"));
        String to = Fields.phone(Fields.text(message, "to"));
        boolean inbound = direction.equals("inbound");
        String customer = draft.identity.waId();
        MessageImported data =
                new MessageImported(
                        wamid,
                        from != null ? from : inbound ? customer : display(draft),
                        to != null ? to : inbound ? display(draft) : customer,
                        draft.identity.group(),
                        ContentTyping.content(message),
                        direction,
                        StatusTyping.lowerCase(status),
                        chunk);
        return draft.event(
                EventType.MESSAGE_IMPORTED, Origin.HISTORY, EventId.ofMessage(wamid), data);
    }

    private static boolean changesIdentity(String change) {
        return change != null
                && (change.startsWith("user_changed_")
                        || change.equals("user_id_update")
                        || change.startsWith("customer_changed_")
                        || change.equals("customer_identity_changed"));
    }

    /** The message comes from the old identity; {@code system} has the new one, and the old one only sometimes. */
    private static HubEvent identityChanged(
            EventDraft draft, Wamid wamid, JsonNode system, String change) {
        Identity current = new Identity();
        current.phone(Fields.text(system, "wa_id", "new_wa_id"));
        current.scopedId(Fields.text(system, "user_id", "new_user_id"));
        current.parentUserId(Fields.id(system, "parent_user_id"));
        Identity previous = new Identity();
        previous.phone(Fields.text(system, "previous_wa_id", "customer"));
        previous.scopedId(Fields.text(system, "previous_user_id"));
        previous.parentUserId(Fields.id(system, "previous_parent_user_id"));
        if (previous.waId() == null && previous.bsuid() == null) {
            previous.fillFrom(draft.identity);
        }
        IdentityChanged data =
                new IdentityChanged(
                        wamid,
                        change,
                        Fields.text(system, "body"),
                        previous.toCustomer(),
                        current.toCustomer());
        return draft.event(
                EventType.IDENTITY_CHANGED, Origin.CUSTOMER, EventId.ofMessage(wamid), data);
    }

    private static String display(EventDraft draft) {
        return Fields.phone(draft.item.displayPhoneNumber());
    }
}
