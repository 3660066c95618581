package org.coexhub.event.slice;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import org.coexhub.event.slice.Outline.Chunk;
import org.coexhub.event.slice.Outline.Contact;
import org.coexhub.event.slice.Outline.Item;
import org.coexhub.event.slice.Outline.Kind;
import org.coexhub.event.slice.Outline.Scope;
import org.coexhub.event.slice.Outline.Span;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Walks a change's value: its lists of items, the contacts and members beside them, and the chunks of a history import.
 * Adds the items it finds to the outline.
 */
final class ScopeScan {

    private final JsonParser parser;
    private final ItemScan itemScan;
    private final Outline outline;

    ScopeScan(JsonParser parser, ItemScan itemScan, Outline outline) {
        this.parser = parser;
        this.itemScan = itemScan;
        this.outline = outline;
    }

    /** The first item that makes the others stand beside it; joins the chunks that have no threads to it. */
    static Item anchorOf(List<Item> items) {
        Item anchor = null;
        boolean chunks = false;
        for (Item item : items) {
            chunks |= item.kind == Kind.CHUNK;
            if (item.kind != Kind.CHUNK && anchor == null) {
                anchor = item;
            }
        }
        if (chunks && anchor != null) {
            for (Item item : items) {
                if (item.kind == Kind.CHUNK && item != anchor.anchor) {
                    item.anchor = anchor;
                }
            }
        }
        return anchor;
    }

    /** Reads a value or its {@code standby}; returns how deep it goes. */
    int scope(Scope scope, Identity named) throws IOException {
        int before = outline.items.size();
        List<Item> members = new ArrayList<>(0);
        int depth = 1;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            int nameStart = itemScan.tokenStart();
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            Kind list = token == JsonToken.START_ARRAY ? listNamed(name) : null;
            int inner = 0;
            if (list != null) {
                inner = list(list, scope);
            } else if (name.equals("contacts") && token == JsonToken.START_ARRAY) {
                inner = contacts(scope);
            } else if (name.equals("standby")
                    && token == JsonToken.START_OBJECT
                    && scope.parent == null) {
                int start = itemScan.tokenStart();
                int size = outline.items.size();
                inner = scope(new Scope(scope.change, scope), named);
                if (outline.items.size() == size) {
                    members.add(member(Kind.MEMBER, scope, nameStart, start, inner));
                }
            } else {
                inner = other(name, scope, named, nameStart, members);
            }
            depth = Math.max(depth, 1 + inner);
        }
        if (outline.items.size() > before) {
            Item anchor = anchorOf(outline.items.subList(before, outline.items.size()));
            for (Item member : members) {
                member.anchor = anchor != null ? anchor : outline.items.get(before);
                outline.items.add(member);
            }
            ContactJoin.join(scope, outline.items.subList(before, outline.items.size()));
        }
        return depth;
    }

    private static Kind listNamed(String name) {
        return switch (name) {
            case "messages" -> Kind.MESSAGE;
            case "statuses" -> Kind.STATUS;
            case "message_echoes" -> Kind.ECHO;
            case "state_sync" -> Kind.CONTACT;
            case "user_preferences" -> Kind.PREFERENCE;
            case "history" -> Kind.CHUNK;
            default -> null;
        };
    }

    private int list(Kind kind, Scope scope) throws IOException {
        int depth = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            int inner = kind == Kind.CHUNK ? chunk(scope) : item(kind, scope, null);
            depth = Math.max(depth, inner);
        }
        return depth + 1;
    }

    private int item(Kind kind, Scope scope, Chunk chunk) throws IOException {
        int start = itemScan.tokenStart();
        Identity identity = itemScan.item(kind);
        int depth = itemScan.skippedDepth();
        Item item = new Item(kind, start, itemScan.end(), depth).in(scope);
        item.chunk = chunk;
        item.identity = identity;
        outline.items.add(item);
        return depth;
    }

    private int contacts(Scope scope) throws IOException {
        int depth = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            int start = itemScan.tokenStart();
            Identity identity = itemScan.contact();
            scope.contacts.add(new Contact(identity, start, itemScan.end()));
            depth = Math.max(depth, itemScan.skippedDepth());
        }
        return depth + 1;
    }

    /** A member that is no list of items: part of the envelope if it is a scalar or known, else an item by itself. */
    private int other(String name, Scope scope, Identity named, int nameStart, List<Item> members)
            throws IOException {
        JsonToken token = parser.currentToken();
        int start = itemScan.tokenStart();
        switch (name) {
            case "metadata" -> itemScan.metadata(scope);
            case "sender", "recipient" -> itemScan.party(scope, named);
            case "phone_number_id" -> {
                scope.phoneNumberId = Identity.clean(itemScan.scalar());
                itemScan.skip();
            }
            case "field" -> {
                scope.field = itemScan.scalar();
                itemScan.skip();
            }
            default -> itemScan.skip();
        }
        boolean malformedList =
                token.isScalarValue() && token != JsonToken.VALUE_NULL && listNamed(name) != null;
        boolean known = token.isScalarValue() || name.equals("metadata");
        if (known && !malformedList) {
            scope.extras.add(new Span(nameStart, itemScan.end()));
        } else {
            Kind kind = name.equals("errors") ? Kind.ERRORS : Kind.MEMBER;
            members.add(member(kind, scope, nameStart, start, itemScan.skippedDepth()));
        }
        return itemScan.skippedDepth();
    }

    private Item member(Kind kind, Scope scope, int nameStart, int start, int depth)
            throws IOException {
        int end = itemScan.end();
        Item item = new Item(kind, start, end, depth).in(scope);
        item.member = new Span(nameStart, end);
        return item;
    }

    private int chunk(Scope scope) throws IOException {
        int start = itemScan.tokenStart();
        int before = outline.items.size();
        Chunk chunk = new Chunk();
        Item errors = null;
        int depth = 1;
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                int nameStart = itemScan.tokenStart();
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                int valueStart = itemScan.tokenStart();
                if (name.equals("threads") && token == JsonToken.START_ARRAY) {
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        depth = Math.max(depth, 2 + item(Kind.THREAD, scope, chunk));
                    }
                    continue;
                }
                Span member = itemScan.skipMember(nameStart);
                depth = Math.max(depth, 1 + itemScan.skippedDepth());
                if (name.equals("errors")) {
                    errors =
                            member(
                                    Kind.CHUNK_ERRORS,
                                    scope,
                                    nameStart,
                                    valueStart,
                                    itemScan.skippedDepth());
                    errors.chunk = chunk;
                } else {
                    chunk.metadata =
                            name.equals("metadata")
                                    ? new Span(valueStart, member.end())
                                    : chunk.metadata;
                    chunk.extras.add(member);
                }
            }
        } else {
            itemScan.skip();
            depth = itemScan.skippedDepth();
        }
        if (outline.items.size() == before) {
            Item whole = new Item(Kind.CHUNK, start, itemScan.end(), depth).in(scope);
            whole.chunk = chunk;
            outline.items.add(whole);
        } else if (errors != null) {
            errors.anchor = outline.items.get(before);
            outline.items.add(errors);
        }
        return depth;
    }
}
