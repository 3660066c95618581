package org.coexhub.state.conversation;

import org.coexhub.inbound.eventlog.EventBatch;
import org.coexhub.inbound.eventlog.TestRouter;
import org.coexhub.inbound.journal.Journal;
import org.springframework.jdbc.support.JdbcTransactionManager;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** Conversations on a real database, for tests of other packages. */
public final class TestConversations {

    private static final HandoverSettings SETTINGS =
            new HandoverSettings(Duration.ofHours(12), "#bot");

    public final IdentityGraph identities;
    public final ConversationLookup windows;
    public final Handover handover;
    public final MessageStore messages;
    public final ConversationStore conversations;
    private final Projector projector;
    private final InstantSource clock;

    public TestConversations(TestRouter router, Journal journal, InstantSource clock) {
        var jdbc = router.jdbc();
        this.clock = clock;
        var numbers = new NumberStore(jdbc);
        conversations = new ConversationStore(jdbc);
        messages = new MessageStore(jdbc);
        identities = new IdentityGraph(jdbc, numbers, conversations, router.meters());
        windows = new ConversationLookup(conversations, identities, clock);
        projector =
                new Projector(
                        conversations, messages, new ContactStore(jdbc), numbers, SETTINGS, clock);
        handover =
                new Handover(
                        conversations,
                        identities,
                        SETTINGS,
                        clock,
                        router.ownEvents(journal),
                        new JdbcTransactionManager(jdbc.getDataSource()));
    }

    public void project(EventBatch batch) {
        projector.project(batch);
    }

    /** Whether people have it. */
    public boolean personHas(Conversation conversation) {
        return conversation.personHasItAt(clock.instant());
    }

    public Optional<Conversation> newest() {
        return conversations.list(1, 0).stream().findFirst();
    }
}
