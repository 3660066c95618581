package org.coexhub.event.typing;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.event.ConversationId;
import org.coexhub.event.CustomerIdentity;
import org.coexhub.event.EventData;
import org.coexhub.event.EventId;
import org.coexhub.event.EventType;
import org.coexhub.event.HubEvent;
import org.coexhub.event.Origin;
import org.coexhub.event.PhoneNumberId;
import org.coexhub.event.WabaId;
import org.coexhub.event.json.CanonicalJson;
import org.coexhub.event.slice.Identity;
import org.coexhub.event.slice.Outline;
import org.coexhub.event.slice.Outline.Item;
import org.coexhub.event.slice.Outline.Kind;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;

/** An event in the making: what the envelope says is filled in, the typing of the item adds the rest. */
final class EventDraft {

    static final String NOT_UTF8 = "not UTF-8";

    /** What Meta puts into lists, beside the number it is about. */
    private static final Set<Kind> LISTED =
            EnumSet.of(Kind.MESSAGE, Kind.STATUS, Kind.ECHO, Kind.CONTACT, Kind.PREFERENCE);

    final Item item;
    private final Outline outline;
    private final Instant receivedAt;
    Identity identity;
    WabaId wabaId;
    private Instant time;

    EventDraft(Outline outline, Item item, Instant receivedAt) {
        this.outline = outline;
        this.item = item;
        this.receivedAt = receivedAt;
        this.identity = item.identity();
        this.wabaId = item.accountId() == null ? null : new WabaId(item.accountId());
    }

    EventDraft at(Instant metasTime) {
        time = metasTime;
        return this;
    }

    EventDraft at(JsonNode object) {
        return at(Fields.time(Fields.text(object, "timestamp")));
    }

    /** For updates that have no time of their own. */
    EventDraft atEntryTime() {
        return at(Fields.time(item.entryTime()));
    }

    /**
     * The published identity of updates that have no id: the field and a digest of account, time and content. What stands
     * in a list does not name its number, so that belongs to it as well.
     */
    EventId hashedId() {
        String field = Identity.clean(item.field());
        return new EventId((field == null ? "unknown" : field) + ":" + digest());
    }

    private String digest() {
        byte[] account = utf8(item.accountId());
        byte[] entryTime = utf8(item.entryTime());
        byte[] content = CanonicalJson.of(outline.bytes(), item.start(), item.end(), item.depth());
        return item.phoneNumberId() != null && LISTED.contains(item.kind())
                ? CanonicalJson.sha256(account, entryTime, content, utf8(item.phoneNumberId()))
                : CanonicalJson.sha256(account, entryTime, content);
    }

    private static byte[] utf8(String text) {
        return text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
    }

    HubEvent unrecognized(String reason) {
        if (time == null) {
            atEntryTime();
        }
        return event(
                EventType.WEBHOOK_UNRECOGNIZED,
                Origin.META,
                hashedId(),
                ItemReader.unrecognized(reason));
    }

    HubEvent event(EventType type, Origin origin, EventId id, EventData data) {
        String number = item.phoneNumberId();
        PhoneNumberId numberId = number == null ? null : new PhoneNumberId(number);
        CustomerIdentity customer = identity.toCustomer();
        return new HubEvent(
                id,
                type,
                origin,
                wabaId,
                numberId,
                conversation(numberId, customer),
                customer,
                identity.group(),
                time == null ? receivedAt : time,
                receivedAt,
                Identity.label(item.field()),
                data,
                ItemReader.raw(outline, item),
                item.standby(),
                time == null);
    }

    private ConversationId conversation(PhoneNumberId number, CustomerIdentity customer) {
        if (number == null) {
            return null;
        }
        if (identity.group() != null) {
            return ConversationId.ofGroup(number, identity.group());
        }
        return customer == null ? null : ConversationId.of(number, customer);
    }
}
