package org.coexhub.event.slice;

import org.coexhub.event.Lane;

import java.util.ArrayList;
import java.util.List;

/**
 * A webhook body seen from above: where each entry, change and item begins and ends, and whom each item is about. Slicer
 * and reader both work on it, so that they agree on conversations and never copy anything but Meta's own bytes.
 */
public final class Outline {

    final byte[] bytes;
    final List<Span> extras = new ArrayList<>(1);
    final List<Item> items = new ArrayList<>(1);

    /** The root's {@code field}: Meta's own examples sometimes have it there. */
    String field;

    Outline(byte[] bytes) {
        this.bytes = bytes;
    }

    public byte[] bytes() {
        return bytes;
    }

    public List<Item> items() {
        return items;
    }

    /** A run of bytes; for members of an object it begins with the name. */
    public record Span(int start, int end) {}

    static final class Entry {
        final List<Span> extras = new ArrayList<>(2);
        final Outline outline;
        String id;
        String time;
        String field;

        Entry(Outline outline) {
            this.outline = outline;
        }

        String field() {
            return field != null ? field : outline.field;
        }
    }

    static final class Change {
        final Entry entry;
        final List<Span> extras = new ArrayList<>(1);
        String field;

        Change(Entry entry) {
            this.entry = entry;
        }
    }

    /** An object that holds lists of items: a change's value, or the {@code standby} object inside it. */
    static final class Scope {
        final Change change;
        final Scope parent;
        final List<Span> extras = new ArrayList<>(2);
        final List<Contact> contacts = new ArrayList<>(1);
        String phoneNumberId;
        String displayPhoneNumber;
        String field;

        Scope(Change change, Scope parent) {
            this.change = change;
            this.parent = parent;
        }

        boolean standby() {
            return parent != null;
        }

        String phoneNumberId() {
            return phoneNumberId != null || parent == null ? phoneNumberId : parent.phoneNumberId;
        }

        String displayPhoneNumber() {
            return displayPhoneNumber != null || parent == null
                    ? displayPhoneNumber
                    : parent.displayPhoneNumber;
        }
    }

    /** One element of a history list: a chunk with its metadata. */
    static final class Chunk {
        final List<Span> extras = new ArrayList<>(1);
        Span metadata;
    }

    /** An element of {@code contacts}. */
    record Contact(Identity identity, int start, int end) {}

    public enum Kind {
        MESSAGE("messages"),
        STATUS("statuses"),
        ECHO("message_echoes"),
        CONTACT("state_sync"),
        PREFERENCE("user_preferences"),
        THREAD("threads"),
        /** A history chunk without threads, as a whole. */
        CHUNK("history"),
        /** The {@code errors} beside a chunk's threads. */
        CHUNK_ERRORS(null),
        /** A value's {@code errors} beside other items. */
        ERRORS(null),
        /** A member of a value that is no list Meta has documented, beside other items. */
        MEMBER(null),
        /** A whole value without items in it. */
        VALUE(null),
        /** A change without a value. */
        STRAY_CHANGE(null),
        /** An element of {@code entry} without changes. */
        STRAY_ENTRY(null);

        final String list;

        Kind(String list) {
            this.list = list;
        }
    }

    /** What cannot be divided: it becomes one event, or the events of one history thread. */
    public static final class Item {
        final Kind kind;
        final int start;
        final int end;

        /** Levels of arrays and objects in it, itself included. */
        final int depth;

        /** The places it stands in, from outside to inside; those it has none of are null. */
        Entry entry;

        Change change;
        Scope scope;
        Chunk chunk;

        /** Name and value, for an item that is a member of its scope or chunk instead of an element of a list. */
        Span member;

        Identity identity = new Identity();

        /** The entry of the value's {@code contacts} that is about the same customer. */
        Contact contact;

        /**
         * The item this one travels with. What stands beside items is read differently from what stands alone, so it
         * must never be cut off from all of them.
         */
        Item anchor;

        Item(Kind kind, int start, int end, int depth) {
            this.kind = kind;
            this.start = start;
            this.end = end;
            this.depth = depth;
        }

        Item in(Entry where) {
            entry = where;
            return this;
        }

        Item in(Change where) {
            change = where;
            return in(where.entry);
        }

        Item in(Scope where) {
            scope = where;
            return in(where.change);
        }

        public Kind kind() {
            return kind;
        }

        public int start() {
            return start;
        }

        public int end() {
            return end;
        }

        public int depth() {
            return depth;
        }

        public Identity identity() {
            return identity;
        }

        /** The WhatsApp Business Account, or whatever else the entry is about; null where it says nothing. */
        public String accountId() {
            return entry.id;
        }

        public String entryTime() {
            return entry.time;
        }

        public String displayPhoneNumber() {
            return scope == null ? null : scope.displayPhoneNumber();
        }

        public boolean standby() {
            return scope != null && scope.standby();
        }

        /** The metadata of the history chunk it stands in; null for none. */
        public Span chunkMetadata() {
            return chunk == null ? null : chunk.metadata;
        }

        public Lane lane() {
            if (anchor != null) {
                return anchor.lane();
            }
            boolean history = chunk != null || "history".equals(field());
            return history ? Lane.HISTORY : Lane.LIVE;
        }

        /** The webhook field; where Meta misplaced it, the nearest one outside. */
        public String field() {
            if (change != null && change.field != null) {
                return change.field;
            }
            for (Scope s = scope; s != null; s = s.parent) {
                if (s.field != null) {
                    return s.field;
                }
            }
            return entry.field();
        }

        public String phoneNumberId() {
            return scope == null ? null : scope.phoneNumberId();
        }

        boolean hasConversation() {
            return phoneNumberId() != null && (identity.named() || identity.group != null);
        }

        /** Items of one conversation share it; without a conversation, items of one account do. */
        public String partitionKey() {
            if (anchor != null) {
                return anchor.partitionKey();
            }
            if (!hasConversation()) {
                return entry.id == null ? "" : entry.id;
            }
            String who = identity.group != null ? identity.group : identity.partitionKey();
            return phoneNumberId() + ':' + who;
        }
    }
}
