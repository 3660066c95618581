package org.coexhub.state.conversation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.event.ConversationId;
import org.coexhub.event.EventData;
import org.coexhub.event.EventId;
import org.coexhub.event.EventType;
import org.coexhub.event.HubEvent;
import org.coexhub.event.Origin;
import org.coexhub.event.PhoneNumberId;
import org.coexhub.inbound.eventlog.EventBatch;
import org.coexhub.inbound.eventlog.OwnEvents;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * Decides who has a conversation, the bot or people. People take it by writing in the Business App; it returns to the
 * bot by time, by the keyword typed in the app, or by order of an operator.
 */
@Service("handover")
public class Handover {

    private static final String OPERATOR = "operator";
    private static final String BOT = "bot";

    private final ConversationStore conversations;
    private final IdentityGraph identities;
    private final HandoverSettings settings;
    private final InstantSource clock;
    private final OwnEvents events;
    private final TransactionTemplate transaction;

    Handover(
            ConversationStore conversations,
            IdentityGraph identities,
            HandoverSettings settings,
            InstantSource clock,
            OwnEvents events,
            PlatformTransactionManager transactions) {
        this.conversations = conversations;
        this.identities = identities;
        this.settings = settings;
        this.clock = clock;
        this.events = events;
        this.transaction = new TransactionTemplate(transactions);
    }

    /**
     * False while people have the conversation, so every bot is silent. Not for the very event in whose answer the bot
     * asked for them: the handover is stored before the replies of that answer are, and when the event comes again
     * because they never were, the bot has to be asked again.
     */
    public boolean botMayAnswer(ConversationId id, EventId event) {
        return conversations
                .find(id)
                .map(c -> !c.personHasItAt(clock.instant()) || c.isHandedOverBy(event))
                .orElse(true);
    }

    /**
     * Why the bot's side gave the conversation to people at this event, if it did and nobody has decided since. For an
     * event that comes again.
     */
    public Optional<HandoverCause> causeOf(ConversationId id, EventId event) {
        return conversations
                .find(id)
                .filter(c -> personHasIt(c) && c.isHandedOverBy(event))
                .flatMap(c -> HandoverCause.of(c.humanCause));
    }

    /**
     * True while a person speaks in a conversation that may be this recipient's, so that what a bot still has queued is dropped.
     * A bot whose side asked for people may finish its sentence until one of them writes.
     *
     * @param queued when the bot wrote it: after a person's word it stays dropped, whoever has the conversation by now
     */
    public boolean personSpeaks(PhoneNumberId number, String waId, String bsuid, Instant queued) {
        return identities.concerned(number, waId, bsuid).stream()
                .flatMap(id -> conversations.find(id).stream())
                .anyMatch(c -> aPersonSpokeIn(c) || c.personSpokeSince(queued));
    }

    /**
     * An operator gives the conversation to people until then (by default for as long as a reply in the app would), or
     * to the bot.
     *
     * @return false where there is no such conversation
     */
    public boolean order(ConversationId id, boolean toHuman, Instant until) {
        return decide(
                id,
                c -> {
                    Instant now = clock.instant();
                    Instant end = until == null ? now.plus(settings.duration()) : until;
                    c.order(now, toHuman ? end : null, OPERATOR);
                    String name = UUID.randomUUID().toString();
                    return event(c, now, name, toHuman ? "human" : "bot", null);
                });
    }

    /** The bot gives the conversation to people in its answer to this event. */
    public void botAsksForPeople(ConversationId id, EventId asked) {
        handOver(id, asked, HandoverCause.BOT);
    }

    /**
     * The bot's side gives the conversation to people at this event. It does so once: the same event again changes
     * nothing, whoever has decided since. Nor does it while a person has the conversation, or what the bot still has
     * queued would go out over that person's words.
     */
    public void handOver(ConversationId id, EventId asked, HandoverCause cause) {
        decide(
                id,
                c -> {
                    if (asked.equals(c.handoverBy) || aPersonSpokeIn(c)) {
                        return Optional.empty();
                    }
                    Instant now = clock.instant();
                    c.handOver(now, now.plus(settings.duration()), asked, cause);
                    return event(c, now, asked.value(), "human", asked);
                });
    }

    /**
     * An agent wrote in an inbox of his own, which counts as a reply in the App does: bots are silent from now on. Nothing
     * happens where there is no such conversation yet.
     *
     * @param name of the message, the same whenever it is told
     * @param at when it was written; what was decided since holds
     */
    public void agentWrote(ConversationId id, String name, Instant at) {
        decide(
                id,
                c -> {
                    Instant now = clock.instant();
                    return c.agentWrote(at, now, now, settings.duration())
                            ? event(c, at, name, "human", null)
                            : Optional.empty();
                });
    }

    /**
     * Changes the conversation under its lock, together with a note of the event that tells it. The journal comes after
     * the commit: while it makes somebody wait, the router goes on in this conversation.
     */
    private boolean decide(ConversationId id, Function<Conversation, Optional<HubEvent>> decision) {
        var noted = new AtomicReference<OwnEvents.Noted>();
        boolean known =
                Boolean.TRUE.equals(
                        transaction.execute(
                                status -> {
                                    Optional<Conversation> conversation = conversations.lock(id);
                                    conversation.ifPresent(
                                            c -> {
                                                Optional<HubEvent> told = decision.apply(c);
                                                conversations.save(List.of(c));
                                                told.map(events::note).ifPresent(noted::set);
                                            });
                                    return conversation.isPresent();
                                }));
        if (noted.get() != null) {
            events.publish(noted.get());
        }
        return known;
    }

    private boolean personHasIt(Conversation c) {
        return c.personHasItAt(clock.instant());
    }

    private boolean aPersonSpokeIn(Conversation c) {
        return personHasIt(c) && HandoverCause.of(c.humanCause).isEmpty();
    }

    private static Optional<HubEvent> event(
            Conversation c, Instant at, String name, String to, EventId message) {
        EventId id = new EventId("handover:" + name);
        return Optional.of(event(id, c, null, at, to, c.humanCause, message));
    }

    static HubEvent event(HubEvent cause, Conversation conversation, String to, String why) {
        return event(
                EventBatch.idAfter(cause.id()),
                conversation,
                cause,
                cause.time(),
                to,
                why,
                cause.id());
    }

    static HubEvent event(
            EventId id,
            Conversation conversation,
            HubEvent cause,
            Instant at,
            String to,
            String why,
            EventId message) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put("to", to);
        data.put("cause", why);
        data.put(
                "until",
                conversation.humanUntil == null || to.equals(BOT)
                        ? null
                        : conversation.humanUntil.toString());
        if (message != null) {
            data.put("message", message.value());
        }
        return new HubEvent(
                id,
                EventType.CONVERSATION_HANDOVER,
                Origin.HUB,
                cause == null ? null : cause.wabaId(),
                conversation.number,
                conversation.id,
                cause == null ? conversation.customer() : cause.customer(),
                cause == null ? null : cause.group(),
                at,
                cause == null ? at : cause.receivedTime(),
                null,
                new EventData.Internal(data),
                null,
                false,
                false);
    }
}
