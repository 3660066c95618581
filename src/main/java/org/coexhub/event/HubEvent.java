package org.coexhub.event;

import java.time.Instant;
import java.util.Objects;

/**
 * One thing that happened, typed and with a stable identity.
 *
 * @param id equal for every copy of the same update
 * @param wabaId the WhatsApp Business Account; null where the webhook named none
 * @param number the business phone number; null for account-level events
 * @param conversation null where the event belongs to none
 * @param customer null where the event names nobody; in a group, whoever wrote or received there
 * @param group the group it happened in; null between the number and one customer
 * @param time Meta's timestamp, or {@code receivedTime} where Meta gave none that can be read
 * @param receivedTime when the hub received the webhook
 * @param field the webhook field; null for the hub's own events and for bodies without one
 * @param data the hub's typed fields
 * @param raw Meta's own object, byte for byte as it arrived; null for the hub's own events
 * @param standby Meta's own agent had the conversation; the hub's number was only listening
 * @param timeMissing {@code time} is not Meta's
 */
public record HubEvent(
        EventId id,
        EventType type,
        Origin origin,
        WabaId wabaId,
        PhoneNumberId number,
        ConversationId conversation,
        CustomerIdentity customer,
        String group,
        Instant time,
        Instant receivedTime,
        String field,
        EventData data,
        byte[] raw,
        boolean standby,
        boolean timeMissing) {

    public HubEvent {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(origin, "origin");
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(receivedTime, "receivedTime");
        Objects.requireNonNull(data, "data");
    }

    /** The name of the command source this is an outcome for; null where it is for none, or for one without a name. */
    public String sourceName() {
        return data instanceof EventData.Internal own
                ? own.fields().path("command").path("sourceName").textValue()
                : null;
    }

    /** The same event with the account its number belongs to, for events of the hub's own, which name the number only. */
    public HubEvent withWaba(WabaId waba) {
        return new HubEvent(
                id,
                type,
                origin,
                waba,
                number,
                conversation,
                customer,
                group,
                time,
                receivedTime,
                field,
                data,
                raw,
                standby,
                timeMissing);
    }

    /** The same event, for one that came into the journal a second time. */
    public HubEvent withReceivedTime(Instant received) {
        return new HubEvent(
                id,
                type,
                origin,
                wabaId,
                number,
                conversation,
                customer,
                group,
                time,
                received,
                field,
                data,
                raw,
                standby,
                timeMissing);
    }

    /** The same event in the conversation that the identity graph found for its customer. */
    public HubEvent withConversation(ConversationId resolved) {
        return new HubEvent(
                id,
                type,
                origin,
                wabaId,
                number,
                resolved,
                customer,
                group,
                time,
                receivedTime,
                field,
                data,
                raw,
                standby,
                timeMissing);
    }

    /** Another event about the same, from the same object of Meta's. */
    public HubEvent as(EventId other, EventType otherType, EventData otherData) {
        return new HubEvent(
                other,
                otherType,
                origin,
                wabaId,
                number,
                conversation,
                customer,
                group,
                time,
                receivedTime,
                field,
                otherData,
                raw,
                standby,
                timeMissing);
    }
}
