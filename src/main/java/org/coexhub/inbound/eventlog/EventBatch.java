package org.coexhub.inbound.eventlog;

import org.coexhub.event.ConversationId;
import org.coexhub.event.EventId;
import org.coexhub.event.HubEvent;
import org.coexhub.event.WabaId;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The events of one router transaction, in order, each with what the steps of the route found out about it. */
public final class EventBatch {

    private final List<Item> items = new ArrayList<>();
    private final List<Item> accepted = new ArrayList<>();
    private final List<Item> derived = new ArrayList<>();
    private final List<Item> ownEchoes = new ArrayList<>();
    private final Map<ConversationId, ConversationId> merged = new LinkedHashMap<>();
    private final List<UUID> marks = new ArrayList<>();
    private Long number;

    public List<Item> items() {
        return items;
    }

    /** The events that are ours to handle: not duplicates. */
    public List<Item> accepted() {
        return accepted;
    }

    Item add(HubEvent event, UUID owner) {
        var item = new Item(event, owner);
        items.add(item);
        return item;
    }

    /** What a copy adds to an event that is known: to be claimed for the copy's durable message, as the copy was not. */
    void complete(Item copy, HubEvent event) {
        add(event, copy.owner);
    }

    /** The id of the event that follows from another; found again by it when the cause is delivered again. */
    public static EventId idAfter(EventId cause) {
        return new EventId("after:" + cause.value());
    }

    /** An event that follows from another of this batch, claimed for the same durable message. */
    public Item derive(Item cause, HubEvent event) {
        var item = new Item(event, cause.owner);
        item.verdict = Verdict.NEW;
        derived.add(item);
        return item;
    }

    List<Item> derived() {
        return derived;
    }

    /** Takes an event out before it is claimed; it comes again by other means, or never. */
    public void withhold(Item item) {
        items.remove(item);
    }

    /** The same of an echo that shows what the hub sent itself: no event, but a proof that Meta has it. */
    public void withholdOwnEcho(Item item) {
        withhold(item);
        ownEchoes.add(item);
    }

    public List<Item> ownEchoes() {
        return ownEchoes;
    }

    /** All of the first conversation belongs to the second from now on: both are of one person. */
    public void merge(ConversationId from, ConversationId into) {
        merged.put(from, into);
    }

    public Map<ConversationId, ConversationId> merged() {
        return merged;
    }

    /** Marks of {@link JournalMarks} that lay between the events. */
    List<UUID> marks() {
        return marks;
    }

    Long number() {
        return number;
    }

    void number(long batch) {
        this.number = batch;
    }

    /** What the claim said. */
    public enum Verdict {
        /** First sighting. */
        NEW,
        /** Claimed earlier for this very message, whose transaction then did not reach its end. */
        AGAIN,
        /** Somebody else's, or a repetition inside the same message. */
        DUPLICATE
    }

    /** One event on its way through the router. */
    public static final class Item {

        private HubEvent event;
        private final UUID owner;
        private Verdict verdict;
        private boolean repetition;
        private int ordinal;
        private byte[] json;
        private final Map<String, byte[]> extras = new LinkedHashMap<>();

        private Item(HubEvent event, UUID owner) {
            this.event = event;
            this.owner = owner;
        }

        public HubEvent event() {
            return event;
        }

        /** The key the idempotent consumer asks for; a getter because the route's expression reads it. */
        public String getId() {
            return event.id().value();
        }

        public void waba(WabaId waba) {
            event = event.withWaba(waba);
        }

        public void conversation(ConversationId conversation) {
            event = event.withConversation(conversation);
        }

        /** The event was received earlier, and has waited since. */
        public void receivedAt(Instant received) {
            event = event.withReceivedTime(received);
        }

        UUID owner() {
            return owner;
        }

        public Verdict verdict() {
            return verdict;
        }

        void verdict(Verdict verdict) {
            this.verdict = verdict;
        }

        /** Its own message had the same event before, which is not in this batch. */
        boolean isRepetition() {
            return repetition;
        }

        void repetition(boolean is) {
            repetition = is;
        }

        int ordinal() {
            return ordinal;
        }

        void ordinal(int ordinal) {
            this.ordinal = ordinal;
        }

        /** The CloudEvent as it stands in the event log, without extras. */
        public byte[] json() {
            return json;
        }

        void json(byte[] json) {
            this.json = json;
        }

        /** Adds a member to the {@code data} that destinations get; the log keeps the event without it. */
        public void extra(String name, byte[] value) {
            extras.put(name, value);
        }

        public Map<String, byte[]> extras() {
            return extras;
        }
    }
}
