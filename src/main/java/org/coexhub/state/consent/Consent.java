package org.coexhub.state.consent;

import org.coexhub.event.ConversationId;
import org.coexhub.event.PhoneNumberId;
import org.coexhub.state.consent.Decision.Marketing;
import org.coexhub.state.conversation.Conversation;
import org.coexhub.state.conversation.ConversationStore;
import org.coexhub.state.conversation.IdentityGraph;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Keeps whether a customer takes marketing from a business number. Until somebody stops it, they do: opt-in is the
 * business's matter.
 */
@Service
public class Consent {

    private static final int SHOWN = 100;

    private final ConsentStore store;
    private final IdentityGraph identities;
    private final ConversationStore conversations;
    private final InstantSource clock;
    private final TransactionTemplate transaction;

    Consent(
            ConsentStore store,
            IdentityGraph identities,
            ConversationStore conversations,
            InstantSource clock,
            PlatformTransactionManager transactions) {
        this.store = store;
        this.identities = identities;
        this.conversations = conversations;
        this.clock = clock;
        this.transaction = new TransactionTemplate(transactions);
    }

    /** The decision that counts; empty where nobody has decided. */
    public Optional<Decision> standing(ConversationId conversation) {
        return store.latest(conversation);
    }

    /** As a sender names them. Where it is not certain which conversation is theirs, a stop in any counts. */
    public Optional<Decision> standing(PhoneNumberId number, String waId, String bsuid) {
        return identities.concerned(number, waId, bsuid).stream()
                .flatMap(conversation -> store.latest(conversation).stream())
                .max(
                        Comparator.comparing((Decision d) -> d.marketing() == Marketing.STOPPED)
                                .thenComparing(Decision::at));
    }

    /** Latest first. */
    public List<Decision> decisions(ConversationId conversation) {
        return store.of(conversation, SHOWN);
    }

    /**
     * The word of an operator, from now on. Under the conversation's lock: it may be becoming part of another, and what is
     * decided in one that is gone counts for nobody.
     */
    public Decision order(ConversationId conversation, Marketing marketing, String reason) {
        return transaction.execute(
                status ->
                        decide(
                                conversations
                                        .lock(conversation)
                                        .map(Conversation::id)
                                        .orElse(conversation),
                                marketing,
                                reason));
    }

    private Decision decide(ConversationId conversation, Marketing marketing, String reason) {
        Instant now = clock.instant();
        var decision =
                new Decision(
                        "operator:" + UUID.randomUUID(),
                        conversation,
                        marketing,
                        "operator",
                        reason,
                        now,
                        now);
        store.add(decision);
        return decision;
    }

    void merge(ConversationId from, ConversationId into) {
        store.move(from, into);
    }

    /**
     * The customer's own word. Kept also where it changes nothing: one that was sent between two equal ones can come after
     * both, and must not outweigh the second.
     */
    void said(Decision decision) {
        store.add(decision);
    }

    /** What Meta's refusals show, one after the other. Kept unless it counts at that time anyway. */
    void shown(Decision decision) {
        Optional<Decision> before = store.latest(decision.conversation());
        boolean nothingNew =
                before.isPresent()
                        && before.get().marketing() == decision.marketing()
                        && !decision.at().isBefore(before.get().at());
        if (!nothingNew) {
            store.add(decision);
        }
    }
}
