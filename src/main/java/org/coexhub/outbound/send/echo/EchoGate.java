package org.coexhub.outbound.send.echo;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

import org.coexhub.event.EventData;
import org.coexhub.event.HubEvent;
import org.coexhub.event.Origin;
import org.coexhub.event.PhoneNumberId;
import org.coexhub.event.Wamid;
import org.coexhub.inbound.eventlog.EventBatch;
import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.store.CommandStore;
import org.coexhub.outbound.send.echo.HeldEchoStore.HeldEcho;
import org.coexhub.state.conversation.ConversationLookup;
import org.coexhub.state.conversation.IdentityGraph;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import javax.sql.DataSource;

/**
 * Step of the router before the claim: decides whether a person wrote what an echo shows, or the hub sent it.
 *
 * <p><b>Why it has to be known before the claim.</b> An echo and the hub's own {@code message.sent} have the same
 * identity. Whichever claims it first is the event that destinations and the feed see; the other is a duplicate. So the
 * echo of an own send must never claim it, even where it overtakes Graph's answer, or that never comes.
 *
 * <p><b>What is decided here.</b> An echo whose message a command is known to have made, by its wamid, by a status with
 * the command's callback data, or by its own, is withheld: it confirms the command and is nobody's event. One that may
 * have come from a send of which the wamid is not known yet is held: stored in the transaction that would have claimed
 * it, and taken out of the batch; {@link EchoSettlement} puts it back into the journal once it is a person's, with the
 * time it was first received. Every other is a person's at once.
 *
 * <p><b>Why none is overlooked.</b> A command is in state {@code sending} before Graph is called, so before there can be
 * an echo; and one transaction records the end of that state and the wamid. Open sends are therefore looked for first and
 * known wamids after that: what was answered in between is found by the second look.
 *
 * <p><b>Why nothing is lost or twice</b> when the journal's message comes again: an event that is in the event log goes
 * on to its claim, whoever's it is; one that is held stays held, once; one that was released is let through, and the
 * copy from the journal and this one have the same identity.
 */
public final class EchoGate {

    /** Beyond Graph's time-out: time for a status to come. */
    private static final Duration WORD_COMES_WITHIN = Duration.ofSeconds(5);

    private final HeldEchoStore held;
    private final OpenSends sends;
    private final IdentityGraph identities;
    private final CommandStore commands;
    private final Duration patience;
    private final InstantSource clock;
    private final Counter own;

    public EchoGate(
            DataSource database,
            ConversationLookup conversations,
            IdentityGraph identities,
            CommandStore commands,
            Duration graphTimeout,
            InstantSource clock,
            MeterRegistry meters) {
        this.clock = clock;
        this.held = new HeldEchoStore(database);
        this.sends = new OpenSends(database, conversations);
        this.identities = identities;
        this.commands = commands;
        this.patience = graphTimeout.plus(WORD_COMES_WITHIN);
        this.own =
                Counter.builder("hub_duplicates")
                        .description("events that were recognised as already known")
                        .tag("cause", "echo")
                        .register(meters);
    }

    /** Takes own echoes and those to be held out of the batch. */
    public void hold(EventBatch batch) {
        Map<EventBatch.Item, Wamid> echoes = echoesIn(batch);
        if (echoes.isEmpty()) {
            return;
        }
        Set<EventBatch.Item> possible = possible(echoes.keySet());
        Set<Wamid> claimed = held.claimed(echoes.values());
        Set<Wamid> known = ownAmong(echoes, batch);
        Map<Wamid, HeldEcho> waiting =
                held.among(echoes.values()).stream()
                        .collect(Collectors.toMap(HeldEcho::wamid, Function.identity()));
        echoes.forEach(
                (item, wamid) -> {
                    HeldEcho before = waiting.get(wamid);
                    if (claimed.contains(wamid)) {
                        return;
                    }
                    if (known.contains(wamid)) {
                        own.increment();
                        batch.withholdOwnEcho(item);
                    } else if (before != null && before.releasedAt() != null) {
                        item.receivedAt(before.event().receivedTime());
                    } else if (before != null || possible.contains(item)) {
                        HubEvent event = item.event();
                        // After an outage the router is late, and so is word of the send.
                        held.hold(wamid, event, later(event.receivedTime()).plus(patience));
                        batch.withhold(item);
                    }
                });
    }

    private Instant later(Instant received) {
        Instant now = clock.instant();
        return received.isAfter(now) ? received : now;
    }

    /** True while it is not known whether a person has written in a conversation that may be this customer's. */
    public boolean isUndecided(PhoneNumberId number, String waId, String bsuid) {
        List<Wamid> waiting =
                identities.concerned(number, waId, bsuid).stream()
                        .flatMap(conversation -> held.in(conversation).stream())
                        .toList();
        if (waiting.isEmpty()) {
            return false;
        }
        var open = new HashSet<>(waiting);
        open.removeAll(held.sentByHub(waiting));
        open.removeAll(held.claimed(waiting));
        return !open.isEmpty();
    }

    /** Those of the given that wait here; nothing may be concluded from them. */
    public Set<Wamid> heldAmong(Collection<Wamid> wamids) {
        return held.among(wamids).stream().map(HeldEcho::wamid).collect(Collectors.toSet());
    }

    private Set<EventBatch.Item> possible(Collection<EventBatch.Item> echoes) {
        return sends.any()
                ? echoes.stream()
                        .filter(item -> sends.mayHaveMade(item.event()))
                        .collect(Collectors.toSet())
                : Set.of();
    }

    private static Map<EventBatch.Item, Wamid> echoesIn(EventBatch batch) {
        var echoes = new LinkedHashMap<EventBatch.Item, Wamid>();
        for (var item : batch.items()) {
            HubEvent event = item.event();
            boolean typed =
                    event.data() instanceof EventData.MessageEchoed
                            || event.data() instanceof EventData.MessageReacted;
            if (typed
                    && event.origin() == Origin.APP
                    && !event.standby()
                    && event.number() != null
                    && event.conversation() != null) {
                echoes.put(item, ((EventData.Message) event.data()).wamid());
            }
        }
        return echoes;
    }

    /** Known by wamid, or by the command's id in the echo itself or in a status of the same batch. */
    private Set<Wamid> ownAmong(Map<EventBatch.Item, Wamid> echoes, EventBatch batch) {
        Set<Wamid> known = held.sentByHub(echoes.values());
        Map<Wamid, CommandId> named = new HashMap<>();
        for (var item : batch.items()) {
            if (item.event().data() instanceof EventData.MessageStatus status) {
                CommandId.parse(status.opaque()).ifPresent(id -> named.put(status.wamid(), id));
            }
        }
        echoes.forEach(
                (item, wamid) ->
                        CallbackData.commandIn(item.event().raw())
                                .or(() -> java.util.Optional.ofNullable(named.get(wamid)))
                                .flatMap(commands::find)
                                .ifPresent(command -> known.add(wamid)));
        return known;
    }
}
