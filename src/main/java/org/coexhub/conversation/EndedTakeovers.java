package org.coexhub.conversation;

import org.coexhub.broker.BrokerUnavailable;
import org.coexhub.event.EventId;
import org.coexhub.eventlog.OwnEvents;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;

/**
 * Tells when conversations return to the bot by time. The event's id comes from the takeover, so it is one event however
 * many nodes tell it and whenever one of them dies; it is in the journal before the row says that it is told.
 */
@Component
class EndedTakeovers {

    private static final Logger LOG = LoggerFactory.getLogger(EndedTakeovers.class);
    private static final String TIME = "time";

    /** For a person's words that were written in time and are still on their way. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final ConversationStore conversations;
    private final OwnEvents events;
    private final InstantSource clock;

    EndedTakeovers(ConversationStore conversations, OwnEvents events, InstantSource clock) {
        this.conversations = conversations;
        this.events = events;
        this.clock = clock;
    }

    @Scheduled(fixedDelay = 5000)
    void tell() {
        try {
            for (Conversation taken : conversations.takenUntil(clock.instant().minus(GRACE))) {
                events.publish(
                        Handover.event(
                                id(taken), taken, null, taken.humanUntil, "bot", TIME, null));
                conversations.endTakeover(taken, TIME);
            }
        } catch (BrokerUnavailable e) {
            LOG.debug("Ends of takeovers are told when the broker is back", e);
        }
    }

    private static EventId id(Conversation taken) {
        String name = taken.id.value() + " " + taken.humanUntil.toEpochMilli();
        return new EventId(
                "handover:" + UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)));
    }
}
