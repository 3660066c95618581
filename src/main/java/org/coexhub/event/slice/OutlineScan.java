package org.coexhub.event.slice;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import org.coexhub.event.json.Json;
import org.coexhub.event.slice.Outline.Change;
import org.coexhub.event.slice.Outline.Entry;
import org.coexhub.event.slice.Outline.Item;
import org.coexhub.event.slice.Outline.Kind;
import org.coexhub.event.slice.Outline.Scope;

import java.io.IOException;
import java.util.List;

/** Walks a body once, token by token, and notes where things are. Only ids are decoded; everything else is skipped. */
public final class OutlineScan {

    private final JsonParser parser;
    private final ItemScan itemScan;
    private final ScopeScan scopeScan;
    private final Outline outline;

    private OutlineScan(byte[] body, JsonParser parser) {
        this.parser = parser;
        this.itemScan = new ItemScan(parser);
        this.outline = new Outline(body);
        this.scopeScan = new ScopeScan(parser, itemScan, outline);
    }

    /** Null for anything that is not one JSON object with at least one element in its {@code entry}. */
    public static Outline of(byte[] body) {
        if (!Json.mayBeUtf8(body)) {
            return null;
        }
        try (JsonParser parser = Json.parser(body)) {
            OutlineScan scan = new OutlineScan(body, parser);
            return scan.root() && !scan.outline.items.isEmpty() ? scan.outline : null;
        } catch (IOException | RuntimeException notJson) {
            // The parser's checked exception means malformed JSON; on some malformed input it fails
            // by index instead.
            // Both lead to the same: the caller keeps the bytes as they are.
            return null;
        }
    }

    private boolean root() throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            return false;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            int nameStart = itemScan.tokenStart();
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            if (name.equals("entry")) {
                if (token != JsonToken.START_ARRAY) {
                    return false;
                }
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    entry();
                }
            } else {
                outline.field = name.equals("field") ? itemScan.scalar() : outline.field;
                outline.extras.add(itemScan.skipMember(nameStart));
            }
        }
        return parser.nextToken() == null;
    }

    private void entry() throws IOException {
        int start = itemScan.tokenStart();
        int before = outline.items.size();
        Entry entry = new Entry(outline);
        int depth = 1;
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                int nameStart = itemScan.tokenStart();
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                if (name.equals("changes") && token == JsonToken.START_ARRAY) {
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        change(entry);
                    }
                } else {
                    switch (name) {
                        case "id" -> entry.id = Identity.clean(itemScan.scalar());
                        case "time" -> entry.time = Identity.clean(itemScan.scalar());
                        case "field" -> entry.field = itemScan.scalar();
                        default -> {}
                    }
                    entry.extras.add(itemScan.skipMember(nameStart));
                    depth = Math.max(depth, 1 + itemScan.skippedDepth());
                }
            }
        } else {
            itemScan.skip();
            depth = itemScan.skippedDepth();
        }
        if (outline.items.size() == before) {
            outline.items.add(new Item(Kind.STRAY_ENTRY, start, itemScan.end(), depth).in(entry));
        }
    }

    private void change(Entry entry) throws IOException {
        int start = itemScan.tokenStart();
        int before = outline.items.size();
        Change change = new Change(entry);
        int depth = 1;
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                int nameStart = itemScan.tokenStart();
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                if (name.equals("value") && token != JsonToken.VALUE_NULL) {
                    value(change);
                } else {
                    change.field = name.equals("field") ? itemScan.scalar() : change.field;
                    change.extras.add(itemScan.skipMember(nameStart));
                    depth = Math.max(depth, 1 + itemScan.skippedDepth());
                }
            }
        } else {
            itemScan.skip();
            depth = itemScan.skippedDepth();
        }
        if (outline.items.size() == before) {
            outline.items.add(new Item(Kind.STRAY_CHANGE, start, itemScan.end(), depth).in(change));
        }
    }

    private void value(Change change) throws IOException {
        int start = itemScan.tokenStart();
        int before = outline.items.size();
        Scope scope = new Scope(change, null);
        Identity named = new Identity();
        int depth;
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            depth = scopeScan.scope(scope, named);
        } else {
            itemScan.skip();
            depth = itemScan.skippedDepth();
        }
        List<Item> inside = outline.items.subList(before, outline.items.size());
        if (ScopeScan.anchorOf(inside) == null) {
            inside.clear();
            Item whole = new Item(Kind.VALUE, start, itemScan.end(), depth).in(scope);
            whole.identity = named;
            outline.items.add(whole);
        }
    }
}
