package org.coexhub.state.conversation;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

import org.coexhub.event.ConversationId;
import org.coexhub.event.CustomerIdentity;
import org.coexhub.event.EventData;
import org.coexhub.event.HubEvent;
import org.coexhub.event.PhoneDigits;
import org.coexhub.event.PhoneNumberId;
import org.coexhub.inbound.eventlog.EventBatch;
import org.coexhub.platform.store.SqlArrays;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Knows that a phone number and a business-scoped id are the same customer, and so the same conversation.
 *
 * <p>One webhook may name a customer by wa_id, the next by business-scoped id, a third by both. Whoever knows both joins
 * them. When the two already lead to different conversations nothing is merged: the business-scoped id decides (Meta
 * never gives it to a second person), and the conflict is counted for a person to look at.
 *
 * <p>A person who changes number keeps the conversation, and with it consent, handover and history: Meta's notice names
 * the old and the new identifiers, and all of them lead to the old conversation from then on. The old number does, too,
 * for whoever still sends to it. A conversation that becomes part of another is noted, so that whoever has its id is led
 * to the one that stays; so is an identifier that another transaction joined to it while the two became one.
 */
@Component("identityGraph")
public class IdentityGraph {

    private static final String FIND =
            """
            SELECT i.identifier, COALESCE(m.stays, i.conversation)
            FROM identity i LEFT JOIN conversation_merged m ON m.gone = i.conversation
            WHERE i.identifier = ANY (?)\
            """;
    private static final String JOIN =
            "INSERT INTO identity (identifier, conversation) VALUES (?, ?) ON CONFLICT DO NOTHING";

    private static final String LEADING =
            """
            SELECT identifier FROM identity WHERE conversation = ANY (?)
            UNION
            SELECT i.identifier FROM identity i JOIN conversation_merged m ON m.gone = i.conversation
            WHERE m.stays = ANY (?)\
            """;

    private static final String MOVE = "UPDATE identity SET conversation = ? WHERE identifier = ?";

    private static final String MOVE_ALL =
            "UPDATE identity SET conversation = ? WHERE conversation = ?";

    private static final String LEAD =
            "INSERT INTO conversation_merged (gone, stays) VALUES (?, ?) ON CONFLICT DO NOTHING";

    private static final String LEAD_ON =
            "UPDATE conversation_merged SET stays = ? WHERE stays = ?";

    private static final String MOVE_HELD_ECHOES =
            "UPDATE held_echo SET conversation = ? WHERE conversation = ?";

    private static final String OLDER =
            "SELECT COUNT(*) FROM message WHERE conversation = ? AND sent_at < ?";

    /** Meta's times are whole seconds, and the notice need not be the first that comes of the change. */
    private static final Duration CROSSED = Duration.ofMinutes(5);

    private final JdbcTemplate jdbc;
    private final NumberStore numbers;
    private final ConversationStore conversations;
    private final Counter conflicts;

    IdentityGraph(
            JdbcTemplate jdbc,
            NumberStore numbers,
            ConversationStore conversations,
            MeterRegistry meters) {
        this.jdbc = jdbc;
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
        Map<String, String> known = find(identifiers);
        var moves = new LinkedHashMap<String, Move>();
        Map<String, String> joined = assign(batch, known, moves);
        if (!joined.isEmpty()) {
            jdbc.batchUpdate(
                    JOIN,
                    joined.entrySet(),
                    joined.size(),
                    (statement, entry) -> {
                        statement.setString(1, entry.getKey());
                        statement.setString(2, entry.getValue());
                    });
            // Another consumer may have joined one of them first; what is stored counts.
            known.putAll(find(joined.keySet()));
            assign(batch, known, moves);
        }
        moves.forEach((identifier, move) -> move(batch, identifier, move));
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

    /** An identifier that has come to another person, and the time at which. */
    private record Move(String from, String into, PhoneNumberId number, Instant at) {}

    /**
     * The person's new number has led elsewhere. What began after the change is theirs: it was faster than the notice. What
     * is older is somebody else's, who had the number before, and stays without it. Where an earlier notice of the batch has
     * merged one of the two, what it became part of is meant: a number that is changed and changed back leads nowhere new.
     *
     * <p>Both get their rows if they have none. Whoever makes one meanwhile is waited for, and what they write there is
     * merged as well; or they wait, and are led to the one that stays.
     */
    private void move(EventBatch batch, String identifier, Move move) {
        ConversationId from = stays(batch, new ConversationId(move.from));
        ConversationId into = stays(batch, new ConversationId(move.into));
        jdbc.update(MOVE, into.value(), identifier);
        if (from.equals(into)) {
            return;
        }
        conversations.make(
                new TreeMap<>(
                        Map.of(
                                from.value(), move.number.value(),
                                into.value(), move.number.value())));
        OffsetDateTime change = SqlTimes.at(move.at.minus(CROSSED));
        Long older = jdbc.queryForObject(OLDER, Long.class, from.value(), change);
        if (older == 0) {
            jdbc.update(MOVE_ALL, into.value(), from.value());
            jdbc.update(LEAD_ON, into.value(), from.value());
            jdbc.update(LEAD, from.value(), into.value());
            jdbc.update(MOVE_HELD_ECHOES, into.value(), from.value());
            batch.merge(from, into);
        }
    }

    /** The conversation of a customer as a sender names them, if there has been any contact. */
    public java.util.Optional<ConversationId> find(
            PhoneNumberId number, String waId, String bsuid) {
        List<String> identifiers = identifiers(number, waId, bsuid);
        Map<String, String> known = find(identifiers);
        return identifiers.stream()
                .map(known::get)
                .filter(java.util.Objects::nonNull)
                .findFirst()
                .map(ConversationId::new);
    }

    /** The conversation of a customer; the identifiers that are not known yet lead to it from now on. */
    ConversationId findOrJoin(PhoneNumberId number, CustomerIdentity customer) {
        ConversationId conversation =
                find(number, customer.waId(), customer.bsuid())
                        .orElseGet(() -> ConversationId.of(number, customer));
        for (String identifier : identifiers(number, customer.waId(), customer.bsuid())) {
            jdbc.update(JOIN, identifier, conversation.value());
        }
        return find(number, customer.waId(), customer.bsuid()).orElse(conversation);
    }

    /** Everything that leads to one of these conversations. */
    List<String> identifiersOf(Collection<ConversationId> conversations) {
        if (conversations.isEmpty()) {
            return List.of();
        }
        List<String> ids = conversations.stream().map(ConversationId::value).toList();
        return jdbc.query(
                LEADING,
                statement -> {
                    statement.setArray(1, SqlArrays.text(statement, ids));
                    statement.setArray(2, SqlArrays.text(statement, ids));
                },
                (row, i) -> row.getString(1));
    }

    private Map<String, String> find(Collection<String> identifiers) {
        var found = new HashMap<String, String>();
        if (!identifiers.isEmpty()) {
            jdbc.query(
                    FIND,
                    statement -> statement.setArray(1, SqlArrays.text(statement, identifiers)),
                    row -> {
                        found.put(row.getString(1), row.getString(2));
                    });
        }
        return found;
    }

    /** @return identifiers that were not known before, each with the conversation it leads to from now on */
    private Map<String, String> assign(
            EventBatch batch, Map<String, String> known, Map<String, Move> moves) {
        var joined = new TreeMap<String, String>();
        for (var item : batch.items()) {
            List<String> identifiers = identifiersOf(item.event());
            if (identifiers.isEmpty()) {
                continue;
            }
            List<String> leads =
                    identifiers.stream()
                            .map(known::get)
                            .filter(java.util.Objects::nonNull)
                            .distinct()
                            .toList();
            List<String> current = newIdentifiersIn(item.event());
            if (leads.size() > 1 && current.isEmpty()) {
                conflicts.increment();
            }
            String conversation =
                    leads.isEmpty() ? item.event().conversation().value() : leads.getFirst();
            for (String identifier : identifiers) {
                String led = known.get(identifier);
                boolean follows = current.contains(identifier) && !conversation.equals(led);
                if (led == null || follows && joined.containsKey(identifier)) {
                    joined.put(identifier, conversation);
                    known.put(identifier, conversation);
                } else if (follows) {
                    moves.put(
                            identifier,
                            new Move(
                                    led, conversation, item.event().number(), item.event().time()));
                    known.put(identifier, conversation);
                }
            }
            item.conversation(new ConversationId(conversation));
        }
        return joined;
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
            list.add(number.value() + ":wa:" + PhoneDigits.canonical(waId));
        }
        return list;
    }
}
