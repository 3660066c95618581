package org.coexhub.event.typing;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.event.EventData.Unrecognized;
import org.coexhub.event.HubEvent;
import org.coexhub.event.json.Json;
import org.coexhub.event.slice.Outline;
import org.coexhub.event.slice.Outline.Item;
import org.coexhub.event.slice.Outline.Kind;

import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** Makes the events of one item, and keeps what goes wrong with it away from all others. */
public final class ItemReader {

    private final Outline outline;
    private final Item item;
    private final Instant receivedAt;

    private ItemReader(Outline outline, Item item, Instant receivedAt) {
        this.outline = outline;
        this.item = item;
        this.receivedAt = receivedAt;
    }

    public static List<HubEvent> read(Outline outline, Item item, Instant receivedAt) {
        ItemReader reader = new ItemReader(outline, item, receivedAt);
        if (item.kind() == Kind.THREAD) {
            return HistoryThread.read(outline, item, receivedAt);
        }
        return List.of(reader.readOne());
    }

    private HubEvent readOne() {
        EventDraft draft = new EventDraft(outline, item, receivedAt);
        String fault = fault(outline, item);
        if (fault != null) {
            return draft.unrecognized(fault);
        }
        try {
            JsonNode tree = Json.tree(outline.bytes(), item.start(), item.end());
            return switch (item.kind()) {
                case MESSAGE -> MessageTyping.message(draft, tree);
                case ECHO -> MessageTyping.echo(draft, tree);
                case STATUS -> StatusTyping.status(draft, tree);
                case CONTACT -> StatusTyping.contact(draft, tree);
                case PREFERENCE -> StatusTyping.preference(draft, tree);
                case CHUNK, CHUNK_ERRORS, ERRORS, VALUE -> AccountTyping.value(draft, tree);
                case MEMBER -> draft.unrecognized("unknown member beside a list");
                case STRAY_CHANGE -> draft.unrecognized("change without a value");
                case STRAY_ENTRY -> draft.unrecognized("entry without changes");
                case THREAD -> throw new IllegalStateException("threads have more than one event");
            };
        } catch (IOException | RuntimeException untypeable) {
            // Whatever is wrong, the bytes are kept; the class name is all that can be said without
            // quoting them.
            return new EventDraft(outline, item, receivedAt)
                    .unrecognized("cannot be typed: " + untypeable.getClass().getSimpleName());
        }
    }

    /** Why an item cannot become a tree; null if it can. */
    static String fault(Outline outline, Item item) {
        if (!Json.isUtf8(outline.bytes(), item.start(), item.end())) {
            return EventDraft.NOT_UTF8;
        }
        return item.depth() > Json.MAX_TREE_DEPTH ? "nested too deeply" : null;
    }

    static Unrecognized unrecognized(String reason) {
        return new Unrecognized(reason, !reason.equals(EventDraft.NOT_UTF8));
    }

    static byte[] raw(Outline outline, Item item) {
        return Arrays.copyOfRange(outline.bytes(), item.start(), item.end());
    }
}
