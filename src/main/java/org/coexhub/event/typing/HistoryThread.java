package org.coexhub.event.typing;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.event.EventData.AccountUpdated;
import org.coexhub.event.EventData.HistoryChunk;
import org.coexhub.event.EventType;
import org.coexhub.event.HubEvent;
import org.coexhub.event.Origin;
import org.coexhub.event.Wamid;
import org.coexhub.event.json.Json;
import org.coexhub.event.slice.Identity;
import org.coexhub.event.slice.Outline;
import org.coexhub.event.slice.Outline.Item;
import org.coexhub.event.slice.ThreadScan;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The messages of one imported conversation. */
final class HistoryThread {

    private final Outline outline;
    private final Item thread;
    private final Instant receivedAt;

    private HistoryThread(Outline outline, Item thread, Instant receivedAt) {
        this.outline = outline;
        this.thread = thread;
        this.receivedAt = receivedAt;
    }

    static List<HubEvent> read(Outline outline, Item thread, Instant receivedAt) {
        HistoryThread reader = new HistoryThread(outline, thread, receivedAt);
        HistoryChunk chunk = reader.chunk();
        List<Item> messages = ThreadScan.messages(outline, thread);
        if (messages.isEmpty()) {
            return List.of(reader.empty(chunk));
        }
        List<HubEvent> events = new ArrayList<>(messages.size());
        for (Item message : messages) {
            events.add(reader.event(message, chunk));
        }
        return events;
    }

    private HistoryChunk chunk() {
        try {
            Outline.Span metadata = thread.chunkMetadata();
            // Nobody but a fuzzer nests metadata, and the item's own depth says nothing of it.
            if (metadata == null || metadata.end() - metadata.start() > 4096) {
                return null;
            }
            return AccountTyping.chunk(
                    Json.tree(outline.bytes(), metadata.start(), metadata.end()));
        } catch (IOException | RuntimeException malformed) {
            return null;
        }
    }

    private HubEvent event(Item message, HistoryChunk chunk) {
        message.identity().fillFrom(thread.identity());
        String fault = ItemReader.fault(outline, message);
        if (fault != null) {
            return new EventDraft(outline, message, receivedAt).unrecognized(fault);
        }
        try {
            JsonNode tree = Json.tree(outline.bytes(), message.start(), message.end());
            String direction = direction(tree);
            if (!message.identity().named()) {
                message.identity()
                        .phone(Fields.text(tree, direction.equals("inbound") ? "from" : "to"));
                message.identity()
                        .scopedId(
                                Fields.text(
                                        tree,
                                        direction.equals("inbound")
                                                ? "from_user_id"
                                                : "to_user_id"));
            }
            EventDraft draft = new EventDraft(outline, message, receivedAt).at(tree);
            Wamid wamid = Fields.wamid(tree, "id");
            return wamid == null
                    ? draft.unrecognized("message without id")
                    : MessageTyping.imported(draft, wamid, tree, direction, chunk);
        } catch (IOException | RuntimeException untypeable) {
            return new EventDraft(outline, message, receivedAt)
                    .unrecognized("cannot be typed: " + untypeable.getClass().getSimpleName());
        }
    }

    /** Meta marks what the business sent; older exports show it only by the sender. */
    private String direction(JsonNode message) {
        Boolean fromMe = Fields.flag(message.path("history_context"), "from_me");
        String from = Fields.phone(Fields.text(message, "from"));
        String display = Fields.phone(thread.displayPhoneNumber());
        boolean outbound = Boolean.TRUE.equals(fromMe) || (from != null && from.equals(display));
        return outbound ? "outbound" : "inbound";
    }

    /** Nothing to import, but the chunk around it may tell how far the import is. */
    private HubEvent empty(HistoryChunk chunk) {
        EventDraft draft = new EventDraft(outline, thread, receivedAt).atEntryTime();
        if (chunk == null
                || ItemReader.fault(outline, thread) != null
                || outline.bytes()[thread.start()] != '{') {
            return draft.unrecognized("thread without messages");
        }
        AccountUpdated data = new AccountUpdated(null, null, null, null, null, chunk);
        draft.identity = new Identity();
        return draft.event(EventType.ACCOUNT_UPDATED, Origin.META, draft.hashedId(), data);
    }
}
