package org.coexhub.state.conversation;

import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.event.ConversationId;
import org.coexhub.event.CustomerIdentity;
import org.coexhub.event.EventData;
import org.coexhub.event.EventId;
import org.coexhub.event.EventType;
import org.coexhub.event.HubEvent;
import org.coexhub.event.MessageContent;
import org.coexhub.event.Origin;
import org.coexhub.event.Wamid;
import org.coexhub.inbound.eventlog.EventBatch;
import org.springframework.stereotype.Component;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Brings the store up to date with the events of a batch, in their order, and writes the resulting state beside each
 * event for the destinations.
 *
 * <p>An event that comes again after a crash changes nothing: what it changed was committed together with its claim, and
 * somebody may have decided otherwise since.
 */
@Component("projector")
public class Projector {

    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    private static final String REMOVED = "remove";
    private static final String AGENT = "agent";
    private static final String REFERRAL = "referral_conversion";

    private final ConversationStore conversations;
    private final MessageStore messages;
    private final ContactStore contacts;
    private final NumberStore numbers;
    private final HandoverSettings handover;
    private final InstantSource clock;

    Projector(
            ConversationStore conversations,
            MessageStore messages,
            ContactStore contacts,
            NumberStore numbers,
            HandoverSettings handover,
            InstantSource clock) {
        this.conversations = conversations;
        this.messages = messages;
        this.contacts = contacts;
        this.numbers = numbers;
        this.handover = handover;
        this.clock = clock;
    }

    public void project(EventBatch batch) {
        Map<ConversationId, Conversation> states = lock(batch);
        merge(batch, states);
        var touched = new LinkedHashSet<Conversation>();
        var changes = messages.load(wamidsOf(batch));
        var preferences = new ArrayList<HubEvent>();
        for (var item : batch.accepted()) {
            HubEvent event = item.event();
            Conversation conversation = null;
            if (event.conversation() != null && event.number() != null) {
                conversation =
                        states.computeIfAbsent(
                                event.conversation(),
                                id -> new Conversation(id, event.number(), false));
            }
            if (item.verdict() == EventBatch.Verdict.NEW) {
                if (conversation != null) {
                    if (event.group() == null) {
                        identify(conversation, event);
                    }
                    touched.add(conversation);
                }
                apply(batch, item, conversation, changes);
                if (event.data() instanceof EventData.PreferenceChanged) {
                    preferences.add(event);
                }
            } else if (conversation != null
                    && event.data() instanceof EventData.MessageStatus status) {
                status(item, status, changes);
            }
            numbers.seen(event);
            if (conversation != null) {
                String state = conversation.describe(clock.instant()).toString();
                item.extra("conversation", state.getBytes(StandardCharsets.UTF_8));
            }
        }
        conversations.save(touched);
        messages.save(changes);
        contacts.save(
                preferences.stream()
                        .filter(e -> e.number() != null && e.customer() != null)
                        .toList());
        numbers.enroll(batch.accepted().stream().map(EventBatch.Item::event).toList());
    }

    private static void identify(Conversation conversation, HubEvent event) {
        if (event.origin() == Origin.CUSTOMER) {
            conversation.identify(namedBySelf(event));
        } else {
            conversation.identifyWhereUnknown(namedBySelf(event));
        }
        if (event.data() instanceof EventData.IdentityChanged changed) {
            conversation.identify(changed.current());
        }
    }

    /** What a person's new number has gathered before it was known to be theirs. */
    private void merge(EventBatch batch, Map<ConversationId, Conversation> states) {
        batch.merged()
                .forEach(
                        (from, into) -> {
                            messages.move(from, into);
                            Conversation gone = states.remove(from);
                            Conversation stays = states.get(into);
                            if (gone != null && stays != null) {
                                stays.absorb(gone);
                                conversations.save(List.of(stays));
                                conversations.remove(from);
                            }
                        });
    }

    private Map<ConversationId, Conversation> lock(EventBatch batch) {
        Map<ConversationId, Conversation> states = conversations.lock(conversationsOf(batch));
        var absent = new LinkedHashSet<>(conversationsOf(batch));
        absent.removeAll(states.keySet());
        follow(conversations.merged(absent), batch, states);
        var missing = new TreeMap<String, String>();
        for (var item : batch.accepted()) {
            HubEvent event = item.event();
            if (event.conversation() != null
                    && event.number() != null
                    && !states.containsKey(event.conversation())) {
                missing.put(event.conversation().value(), event.number().value());
            }
        }
        if (!missing.isEmpty()) {
            List<ConversationId> made = missing.keySet().stream().map(ConversationId::new).toList();
            conversations.make(missing);
            follow(conversations.lead(made), batch, states);
            states.putAll(conversations.lock(made));
        }
        return states;
    }

    /** A conversation that became part of another after its events were resolved is not made anew. */
    private void follow(
            Map<ConversationId, ConversationId> merged,
            EventBatch batch,
            Map<ConversationId, Conversation> states) {
        if (merged.isEmpty()) {
            return;
        }
        for (var item : batch.accepted()) {
            ConversationId stays = merged.get(item.event().conversation());
            if (stays != null) {
                item.conversation(stays);
            }
        }
        var led = new LinkedHashSet<>(merged.values());
        led.removeAll(states.keySet());
        states.putAll(conversations.lock(led));
    }

    private void apply(
            EventBatch batch,
            EventBatch.Item item,
            Conversation conversation,
            MessageChanges changes) {
        HubEvent event = item.event();
        if (conversation == null) {
            return;
        }
        switch (event.data()) {
            case EventData.Message message -> message(batch, item, message, conversation, changes);
            case EventData.ContactSynced contact ->
                    conversation.contact(event.time(), nameIn(contact));
            case EventData.MessageStatus status -> {
                status(item, status, changes);
                freeEntryPoint(status, conversation);
            }
            case EventData.Internal internal when event.type() == EventType.MESSAGE_SENT -> {
                conversation.window = conversation.window.businessWrote(event.time());
                ObjectNode fields = internal.fields();
                changes.message(
                        new Wamid(fields.path("wamid").asText()),
                        event,
                        fields.path("messageType").asText(),
                        null);
                if (AGENT.equals(fields.at("/command/source").textValue())
                        && conversation.agentWrote(
                                event.time(),
                                event.receivedTime(),
                                clock.instant(),
                                handover.duration())) {
                    batch.derive(item, Handover.event(event, conversation, "human", "agent_reply"));
                }
                conversation.remember(
                        event,
                        fields.path("messageType").asText(),
                        fields.path("text").textValue());
            }
            default -> {}
        }
    }

    /** Also for a status that comes again: the mark is not in the log, and a state never goes back. */
    private static void status(
            EventBatch.Item item, EventData.MessageStatus status, MessageChanges changes) {
        if (changes.status(status.wamid(), item.event(), MessageState.of(status.status()))) {
            item.extra("superseded", TRUE);
        }
    }

    /** Since version 24 Meta names its pricing conversation only while a free entry point is open. */
    private static void freeEntryPoint(EventData.MessageStatus status, Conversation conversation) {
        MessageContent.PricingConversation free = status.pricingConversation();
        if (free != null && free.expiresAt() != null && REFERRAL.equals(free.origin())) {
            conversation.window = conversation.window.metaSaysFreeUntil(free.expiresAt());
        }
    }

    private void message(
            EventBatch batch,
            EventBatch.Item item,
            EventData.Message message,
            Conversation conversation,
            MessageChanges changes) {
        HubEvent event = item.event();
        MessageContent content = message.content();
        changes.message(message.wamid(), event, content.messageType(), target(content));
        switch (message) {
            case EventData.MessageImported imported -> {
                // History never opens a window, never silences or wakes a bot.
                conversation.imported(event.time());
            }
            case EventData.MessageCompleted completed -> {
                // What the message did, its first copy did.
                changes.completed(completed.wamid(), event, content.messageType());
            }
            case EventData.MessageEdited edited -> {
                if (content.edit() != null && content.edit().wamid() != null) {
                    changes.edited(content.edit().wamid(), event);
                    conversation.edited(
                            EventId.ofMessage(content.edit().wamid()),
                            event.time(),
                            content.text());
                }
                written(batch, item, content, conversation);
            }
            case EventData.MessageRevoked revoked -> {
                if (content.revoke() != null && content.revoke().wamid() != null) {
                    changes.revoked(content.revoke().wamid(), event);
                    conversation.revoked(EventId.ofMessage(content.revoke().wamid()), event.time());
                }
            }
            case EventData.MessageReceived received -> written(batch, item, content, conversation);
            case EventData.MessageEchoed echoed -> written(batch, item, content, conversation);
            case EventData.MessageReacted reacted -> written(batch, item, content, conversation);
        }
    }

    private void written(
            EventBatch batch,
            EventBatch.Item item,
            MessageContent content,
            Conversation conversation) {
        HubEvent event = item.event();
        boolean edit = event.type() == EventType.MESSAGE_EDITED;
        if (!edit) {
            conversation.remember(event, content.messageType(), content.text());
        }
        if (event.origin() == Origin.CUSTOMER && !edit && !event.timeMissing()) {
            conversation.customerWrote(
                    event.time(), event.receivedTime(), content.referral() != null);
        } else if (event.origin() == Origin.APP) {
            boolean keyword =
                    content.text() != null
                            && content.text().strip().equalsIgnoreCase(handover.keyword());
            if (keyword && conversation.handBack(event.time(), "keyword")) {
                batch.derive(item, Handover.event(event, conversation, "bot", "keyword"));
            } else if (!keyword
                    && conversation.personWrote(
                            event.time(),
                            event.receivedTime(),
                            clock.instant(),
                            handover.duration())) {
                batch.derive(item, Handover.event(event, conversation, "human", "app_reply"));
            }
        }
    }

    /** The address book is the company's: its name for the customer is not the one the customer chose. */
    private static CustomerIdentity namedBySelf(HubEvent event) {
        CustomerIdentity customer = event.customer();
        return customer != null && event.data() instanceof EventData.ContactSynced
                ? new CustomerIdentity(
                        customer.waId(),
                        customer.bsuid(),
                        customer.parentUserId(),
                        customer.username(),
                        null)
                : customer;
    }

    private static String nameIn(EventData.ContactSynced contact) {
        if (REMOVED.equals(contact.action())) {
            return null;
        }
        return contact.fullName() == null ? contact.firstName() : contact.fullName();
    }

    private static Wamid target(MessageContent content) {
        MessageContent.Target target = content.edit() == null ? content.revoke() : content.edit();
        return target == null ? null : target.wamid();
    }

    private static Set<ConversationId> conversationsOf(EventBatch batch) {
        var ids = new LinkedHashSet<ConversationId>(batch.merged().keySet());
        ids.addAll(batch.merged().values());
        for (var item : batch.accepted()) {
            if (item.event().conversation() != null) {
                ids.add(item.event().conversation());
            }
        }
        return ids;
    }

    private static Set<Wamid> wamidsOf(EventBatch batch) {
        var wamids = new LinkedHashSet<Wamid>();
        for (var item : batch.accepted()) {
            switch (item.event().data()) {
                case EventData.Message m -> {
                    wamids.add(m.wamid());
                    addTarget(wamids, m.content().edit());
                    addTarget(wamids, m.content().revoke());
                }
                case EventData.MessageStatus s -> wamids.add(s.wamid());
                case EventData.Internal i when item.event().type() == EventType.MESSAGE_SENT ->
                        wamids.add(new Wamid(i.fields().path("wamid").asText()));
                default -> {}
            }
        }
        return wamids;
    }

    private static void addTarget(Set<Wamid> wamids, MessageContent.Target target) {
        if (target != null && target.wamid() != null) {
            wamids.add(target.wamid());
        }
    }
}
