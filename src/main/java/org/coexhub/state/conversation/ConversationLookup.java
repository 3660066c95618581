package org.coexhub.state.conversation;

import org.coexhub.event.ConversationId;
import org.coexhub.event.CustomerIdentity;
import org.coexhub.event.PhoneNumberId;
import org.springframework.stereotype.Component;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * Finds conversations and their windows for a sender, who knows a number, and a customer or a group, but no
 * conversation.
 */
@Component
public class ConversationLookup {

    /** Meta's times are whole seconds, by a clock of its own. */
    private static final Duration CROSSED = Duration.ofSeconds(5);

    private final ConversationStore conversations;
    private final IdentityGraph identities;
    private final InstantSource clock;

    ConversationLookup(
            ConversationStore conversations, IdentityGraph identities, InstantSource clock) {
        this.conversations = conversations;
        this.identities = identities;
        this.clock = clock;
    }

    /** Closed for whom the hub has never heard from; open where any conversation that may be theirs is. */
    public boolean isOpen(PhoneNumberId number, String waId, String bsuid) {
        return identities.concerned(number, waId, bsuid).stream().anyMatch(this::isOpen);
    }

    public boolean isOpen(ConversationId id) {
        return conversations
                .find(id)
                .filter(conversation -> conversation.window().openAt(clock.instant()))
                .isPresent();
    }

    /**
     * As {@link #metaSaysClosed(ConversationId, Instant)}, for whom the hub knows by these. Closed everywhere, or the next
     * send would be let through by the window that is left.
     */
    public boolean metaSaysClosed(PhoneNumberId number, String waId, String bsuid, Instant at) {
        List<ConversationId> closed =
                identities.concerned(number, waId, bsuid).stream()
                        .filter(conversation -> metaSaysClosed(conversation, at))
                        .toList();
        return !closed.isEmpty() && !isOpen(number, waId, bsuid);
    }

    /**
     * Meta counts the window itself, and its word overrules ours: from now on it is closed here as well, until the
     * customer writes again. A message that is hardly older than the question may have crossed Meta's answer, and stays
     * what it was.
     *
     * @return whether the window counts as closed
     */
    public boolean metaSaysClosed(ConversationId id, Instant at) {
        return conversations.closeWindow(id, at.minus(Window.LENGTH), at.minus(CROSSED));
    }

    /**
     * A name for the customer that {@link #keysOf} finds again, whichever of their identifiers a webhook uses. A group's
     * is the id of its conversation.
     */
    public String keyOf(PhoneNumberId number, String waId, String bsuid) {
        return IdentityGraph.identifiers(number, waId, bsuid).getFirst();
    }

    /** Everything by which this customer is known: as the sender names them, and as their conversation does. */
    public List<CustomerIdentity> identitiesOf(PhoneNumberId number, String waId, String bsuid) {
        var all = new ArrayList<CustomerIdentity>();
        all.add(new CustomerIdentity(waId, bsuid, null, null, null));
        identities.concerned(number, waId, bsuid).stream()
                .flatMap(id -> conversations.find(id).stream())
                .map(Conversation::customer)
                .filter(Objects::nonNull)
                .forEach(all::add);
        return all;
    }

    /** Every key under which somebody may wait for one of these conversations. */
    public List<String> keysOf(Collection<ConversationId> ids) {
        var keys = new ArrayList<String>(identities.identifiersOf(ids));
        ids.forEach(id -> keys.add(id.value()));
        return keys;
    }
}
