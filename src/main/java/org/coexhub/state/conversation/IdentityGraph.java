package org.coexhub.state.conversation;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

import org.coexhub.event.ConversationId;
import org.coexhub.event.CustomerIdentity;
import org.coexhub.event.EventData;
import org.coexhub.event.HubEvent;
import org.coexhub.event.Origin;
import org.coexhub.event.PhoneDigits;
import org.coexhub.event.PhoneNumberId;
import org.coexhub.inbound.eventlog.EventBatch;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Knows that a phone number and a business-scoped id are the same customer, and so the same conversation.
 *
 * <p>One webhook may name a customer by wa_id, the next by business-scoped id, a third by both. Whoever knows both joins
 * them.
 *
 * <p><b>When the two already lead to different conversations</b>, and Meta names them together, that is the link which was
 * missing, as long as neither conversation says otherwise: nothing but this phone number leads to the one, and no phone
 * number to the other. Then the one of the phone number becomes part of the other, whole. Else it is a conflict: the number
 * may have changed hands, and nothing is guessed. The business-scoped id decides where the event belongs (Meta never gives it
 * to a second person), the conflict is counted, and it is stored that each of the two was named for the other's
 * conversation, until Meta tells to whom the number has gone. Who is about to send asks {@link #concerned all of them}.
 * What a sender calls a recipient merges nothing.
 *
 * <p>A person who changes number keeps the conversation, and with it consent, handover and history: Meta's notice names
 * the old and the new identifiers, and all of them lead to the old conversation from then on. The old number does, too,
 * for whoever still sends to it. A conversation that becomes part of another is noted, so that whoever has its id is led
 * to the one that stays; so is an identifier that another transaction joined to it while the two became one.
 *
 * <p><b>Two merges at once</b> could make one conversation part of another that is just going itself. So they are made one
 * after the other: whoever has found one to make waits for those that are not committed yet, and looks again.
 */
@Component("identityGraph")
public class IdentityGraph {

    private static final String PHONE = ":wa:";

    /** Meta's times are whole seconds, and the notice need not be the first that comes of the change. */
    private static final Duration CROSSED = Duration.ofMinutes(5);

    private final IdentityStore store;
    private final NumberStore numbers;
    private final ConversationStore conversations;
    private final Counter conflicts;

    IdentityGraph(
            JdbcTemplate jdbc,
            NumberStore numbers,
            ConversationStore conversations,
            MeterRegistry meters) {
        this.store = new IdentityStore(jdbc);
        this.numbers = numbers;
        this.conversations = conversations;
        this.conflicts =
                Counter.builder("hub_identity_conflicts")
                        .description(
                                "customers whose phone number and business-scoped id lead to"
                                        + " different conversations")
                        .register(meters);
    }

    /**
     * Puts every event of the batch into the conversation its customer already has, and beside it the account of its
     * number where only the number is named; runs before the claim.
     */
    public void resolve(EventBatch batch) {
        for (var item : batch.items()) {
            if (item.event().wabaId() == null && item.event().number() != null) {
                numbers.wabaOf(item.event().number()).ifPresent(item::waba);
            }
        }
        var identifiers = new TreeSet<String>();
        batch.items().forEach(item -> identifiers.addAll(identifiersOf(item.event())));
        if (identifiers.isEmpty()) {
            return;
        }
        IdentityResolution resolution = assign(batch, store.find(identifiers), Map.of());
        Map<String, String> joined = resolution.joined;
        if (!joined.isEmpty()) {
            store.join(joined.entrySet());
            // Another consumer may have joined one of them first; what is stored counts.
            resolution = assign(batch, store.find(identifiers), joined);
        }
        if (!resolution.moves.isEmpty()) {
            store.mergeAlone();
            resolution = assign(batch, store.find(identifiers), joined);
        }
        resolution.moves.forEach(move -> move(batch, move));
        store.noteConflicts(resolution.conflicts);
        conflicts.increment(resolution.eventsInConflict);
        followMerges(batch);
    }

    /** What came before the notice in the same batch belongs where its conversation went. */
    private static void followMerges(EventBatch batch) {
        for (var item : batch.items()) {
            ConversationId named = item.event().conversation();
            ConversationId stays = named == null ? null : stays(batch, named);
            if (named != null && !stays.equals(named)) {
                item.conversation(stays);
            }
        }
    }

    /** What the conversation has become part of in this batch; itself where it has not. */
    private static ConversationId stays(EventBatch batch, ConversationId named) {
        var seen = new HashSet<ConversationId>();
        ConversationId stays = named;
        while (seen.add(stays) && batch.merged().containsKey(stays)) {
            stays = batch.merged().get(stays);
        }
        return stays;
    }

    /**
     * The person's new number has led elsewhere. What began after the change is theirs: it was faster than the notice. What
     * is older is somebody else's, who had the number before, and stays without it. Where an earlier notice of the batch has
     * merged one of the two, what it became part of is meant: a number that is changed and changed back leads nowhere new.
     *
     * <p>Both get their rows if they have none. Whoever makes one meanwhile is waited for, and what they write there is
     * merged as well; or they wait, and are led to the one that stays.
     */
    private void move(EventBatch batch, IdentityResolution.Move move) {
        ConversationId from = stays(batch, new ConversationId(move.from()));
        ConversationId into = stays(batch, new ConversationId(move.into()));
        store.move(move.identifier(), into);
        if (from.equals(into)) {
            return;
        }
        conversations.make(
                new TreeMap<>(
                        Map.of(
                                from.value(), move.number().value(),
                                into.value(), move.number().value())));
        boolean whole = move.at() == null || !store.hasMessages(from, move.at().minus(CROSSED));
        if (whole) {
            store.merge(from, into);
            batch.merge(from, into);
        }
    }

    /**
     * All conversations that are or may be of the customer as a sender names them; more than one while a conflict stands.
     */
    public List<ConversationId> concerned(PhoneNumberId number, String waId, String bsuid) {
        return store.concerned(identifiers(number, waId, bsuid));
    }

    /** The conversation of a customer as a sender names them, if there has been any contact. */
    public java.util.Optional<ConversationId> find(
            PhoneNumberId number, String waId, String bsuid) {
        List<String> identifiers = identifiers(number, waId, bsuid);
        Map<String, String> known = store.find(identifiers);
        return identifiers.stream()
                .map(known::get)
                .filter(Objects::nonNull)
                .findFirst()
                .map(ConversationId::new);
    }

    /** The conversation of a customer; the identifiers that are not known yet lead to it from now on. */
    ConversationId findOrJoin(PhoneNumberId number, CustomerIdentity customer) {
        ConversationId conversation =
                find(number, customer.waId(), customer.bsuid())
                        .orElseGet(() -> ConversationId.of(number, customer));
        List<String> identifiers = identifiers(number, customer.waId(), customer.bsuid());
        for (String identifier : identifiers) {
            store.join(List.of(Map.entry(identifier, conversation.value())));
        }
        var resolution = new IdentityResolution(store.find(identifiers), Map.of());
        resolution.noteConflict(identifiers);
        store.noteConflicts(resolution.conflicts);
        return find(number, customer.waId(), customer.bsuid()).orElse(conversation);
    }

    /** Everything that leads to one of these conversations, or may. */
    List<String> identifiersOf(Collection<ConversationId> conversations) {
        if (conversations.isEmpty()) {
            return List.of();
        }
        List<String> ids = conversations.stream().map(ConversationId::value).toList();
        return store.namedFor(ids);
    }

    /** @param stored what an earlier look at this batch has joined */
    private IdentityResolution assign(
            EventBatch batch, Map<String, String> known, Map<String, String> stored) {
        var resolution = new IdentityResolution(known, stored);
        for (var item : batch.items()) {
            HubEvent event = item.event();
            List<String> identifiers = identifiersOf(event);
            if (identifiers.isEmpty()) {
                continue;
            }
            link(event, resolution);
            List<String> leads =
                    identifiers.stream()
                            .map(known::get)
                            .filter(Objects::nonNull)
                            .distinct()
                            .toList();
            List<String> current = newIdentifiersIn(event);
            if (leads.size() > 1 && current.isEmpty()) {
                resolution.eventsInConflict++;
            }
            String conversation = leads.isEmpty() ? event.conversation().value() : leads.getFirst();
            for (String identifier : identifiers) {
                if (known.get(identifier) == null || current.contains(identifier)) {
                    resolution.lead(identifier, conversation, event, event.time());
                }
            }
            resolution.ahead.removeAll(identifiers);
            item.conversation(new ConversationId(conversation));
        }
        return resolution;
    }

    /** What Meta names together leads to one conversation where nothing speaks against it. */
    private void link(HubEvent event, IdentityResolution resolution) {
        List<String> pair = namedTogetherIn(event);
        if (pair.size() < 2) {
            return;
        }
        String byId = resolution.known.get(pair.getFirst());
        String byPhone = resolution.known.get(pair.getLast());
        if (byId == null || byPhone == null || byId.equals(byPhone)) {
            return;
        }
        if (isMissingLink(byId, byPhone, pair.getLast(), resolution)) {
            resolution.lead(pair.getLast(), byId, event, null);
        } else {
            resolution.noteConflict(pair);
        }
    }

    private boolean isMissingLink(
            String byId, String byPhone, String phone, IdentityResolution resolution) {
        Map<String, String> leading = store.leadingTo(List.of(byId, byPhone));
        leading.putAll(resolution.known);
        leading.keySet().removeAll(resolution.ahead);
        return leading.entrySet().stream()
                .allMatch(
                        lead -> {
                            String conversation = lead.getValue();
                            String identifier = lead.getKey();
                            return conversation.equals(byPhone)
                                    ? identifier.equals(phone)
                                    : !conversation.equals(byId) || !isPhone(identifier);
                        });
    }

    /** The two by which Meta names one person in this event, the business-scoped id first. */
    private static List<String> namedTogetherIn(HubEvent event) {
        boolean byMeta =
                event.origin() != Origin.HUB && !(event.data() instanceof EventData.Internal);
        if (!byMeta) {
            return List.of();
        }
        CustomerIdentity person =
                event.data() instanceof EventData.IdentityChanged notice
                                && notice.previous() != null
                        ? notice.previous()
                        : event.customer();
        boolean both = person != null && person.bsuid() != null && person.waId() != null;
        return both ? identifiers(event.number(), person.waId(), person.bsuid()) : List.of();
    }

    /** Those the person has from now on, as a notice of Meta's says; empty for all other events. */
    private static List<String> newIdentifiersIn(HubEvent event) {
        return event.data() instanceof EventData.IdentityChanged changed
                        && changed.current() != null
                ? identifiers(event.number(), changed.current().waId(), changed.current().bsuid())
                : List.of();
    }

    private static List<String> identifiersOf(HubEvent event) {
        CustomerIdentity customer = event.customer();
        boolean one = customer != null && event.group() == null;
        if (!one || event.conversation() == null || event.number() == null) {
            return List.of();
        }
        var all = new LinkedHashSet<String>();
        if (event.data() instanceof EventData.IdentityChanged changed
                && changed.previous() != null) {
            CustomerIdentity previous = changed.previous();
            all.addAll(identifiers(event.number(), previous.waId(), previous.bsuid()));
        }
        all.addAll(identifiers(event.number(), customer.waId(), customer.bsuid()));
        all.addAll(newIdentifiersIn(event));
        return List.copyOf(all);
    }

    /** The business-scoped id first: it decides on a conflict. */
    static List<String> identifiers(PhoneNumberId number, String waId, String bsuid) {
        var list = new java.util.ArrayList<String>(2);
        if (bsuid != null) {
            list.add(number.value() + ":id:" + bsuid);
        }
        if (waId != null && !waId.isEmpty()) {
            list.add(number.value() + PHONE + PhoneDigits.canonical(waId));
        }
        return list;
    }

    private static boolean isPhone(String identifier) {
        return identifier.startsWith(PHONE, identifier.indexOf(':'));
    }
}
