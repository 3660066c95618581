package org.coexhub.connector.salesforce.commands;

import org.coexhub.event.EventData;
import org.coexhub.event.EventId;
import org.coexhub.event.EventType;
import org.coexhub.event.HubEvent;
import org.coexhub.event.Origin;
import org.coexhub.event.PhoneNumberId;
import org.coexhub.event.json.Json;
import org.coexhub.inbound.eventlog.OwnEvents;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;

/** Tells, as an event like that of any other rejected command, that Salesforce asked for something that makes no message. */
final class Refusals {

    private final OwnEvents events;
    private final InstantSource clock;

    Refusals(OwnEvents events, InstantSource clock) {
        this.events = events;
        this.clock = clock;
    }

    /**
     * Returns once the event is durable. All refusals under one reference are of one send; each is told once, by the id of
     * what was refused, for what is corrected may be wrong still.
     */
    void tell(SendEvent event, SendEventRefusedException refused) {
        String id = uuid(event.key());
        var command =
                new EventData.Command(id, "crm", "salesforce", null, event.correlation(), null);
        var data =
                new EventData.CommandUndone(
                        EventData.CommandMessage.of(command, event.kind()),
                        "rejected",
                        refused.reason(),
                        null,
                        refused.getMessage(),
                        null);
        boolean named = event.number() != null && event.number().matches("[0-9]{1,32}");
        Instant now = clock.instant();
        events.publish(
                new HubEvent(
                        new EventId(
                                "command:" + uuid(event.key() + ":" + event.id()) + ":rejected"),
                        EventType.COMMAND_REJECTED,
                        Origin.HUB,
                        null,
                        named ? new PhoneNumberId(event.number()) : null,
                        null,
                        null,
                        null,
                        now,
                        now,
                        null,
                        new EventData.Internal(Json.MAPPER.valueToTree(data)),
                        null,
                        false,
                        false));
    }

    private static String uuid(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }
}
