package org.coexhub.state.conversation;

import org.coexhub.event.EventId;
import org.coexhub.inbound.eventlog.OwnEvents;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * Publishes when conversations return to the bot by time. The row's end and the note of its event are one transaction,
 * so of several nodes one tells it, and none where a person has gone on meanwhile.
 */
@Component
class EndedTakeovers {

    private static final String TIME = "time";

    /** For a person's words that were written in time and are still on their way. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final ConversationStore conversations;
    private final OwnEvents events;
    private final InstantSource clock;
    private final TransactionTemplate transaction;

    EndedTakeovers(
            ConversationStore conversations,
            OwnEvents events,
            InstantSource clock,
            PlatformTransactionManager transactions) {
        this.conversations = conversations;
        this.events = events;
        this.clock = clock;
        this.transaction = new TransactionTemplate(transactions);
    }

    @Scheduled(fixedDelay = 5000)
    void tell() {
        List<OwnEvents.Noted> noted =
                conversations.takenUntil(clock.instant().minus(GRACE)).stream()
                        .map(taken -> transaction.execute(status -> end(taken)))
                        .filter(Objects::nonNull)
                        .toList();
        for (OwnEvents.Noted ended : noted) {
            if (!events.publish(ended)) {
                // The next would wait for the journal as long as this has; all are noted.
                return;
            }
        }
    }

    /** @return null where a person or another node was faster */
    private OwnEvents.Noted end(Conversation taken) {
        return conversations.endTakeover(taken, TIME)
                ? events.note(
                        Handover.event(id(taken), taken, null, taken.humanUntil, "bot", TIME, null))
                : null;
    }

    private static EventId id(Conversation taken) {
        String name = taken.id.value() + " " + taken.humanUntil.toEpochMilli();
        return new EventId(
                "handover:" + UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)));
    }
}
