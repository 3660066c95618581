package org.coexhub.event.typing;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import org.coexhub.event.CloudEventWriter;
import org.coexhub.event.EventData.Unrecognized;
import org.coexhub.event.EventId;
import org.coexhub.event.EventType;
import org.coexhub.event.HubEvent;
import org.coexhub.event.Origin;
import org.coexhub.event.json.CanonicalJson;
import org.coexhub.event.json.Json;
import org.coexhub.event.slice.Outline;
import org.coexhub.event.slice.Outline.Item;
import org.coexhub.event.slice.Outline.Kind;
import org.coexhub.event.slice.OutlineScan;
import org.coexhub.event.slice.SliceAssembly;
import org.coexhub.event.slice.ThreadScan;
import org.coexhub.event.slice.WebhookSlicer;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Turns slices into typed events, in order. Every item of the slice becomes at least one event: what cannot be typed is
 * {@code whatsapp.webhook.unrecognized} and leaves its neighbours alone.
 */
public final class WebhookReader {

    private final CloudEventWriter writer = new CloudEventWriter();

    /**
     * What came from Meta. Never throws, whatever the bytes.
     *
     * @param slice what {@link WebhookSlicer#cut} made, or a whole webhook body
     * @param receivedAt when the webhook came; also the time of events that have none
     */
    public List<HubEvent> read(byte[] slice, Instant receivedAt) {
        Outline outline = OutlineScan.of(slice);
        if (outline == null) {
            return List.of(unreadable(slice, receivedAt));
        }
        List<HubEvent> events = new ArrayList<>(outline.items().size());
        for (Item item : outline.items()) {
            events.addAll(ItemReader.read(outline, item, receivedAt));
        }
        return events;
    }

    /**
     * The part of a slice that one of its events was read from, as a slice of its own.
     *
     * @param place of the event among those that {@link #read} makes of the slice
     * @return empty where it cannot be cut out: alone it would be read as something else
     */
    public Optional<byte[]> alone(byte[] slice, int place, Instant receivedAt) {
        Outline outline = OutlineScan.of(slice);
        if (outline == null) {
            return Optional.of(slice);
        }
        int before = 0;
        for (int i = 0; i < outline.items().size(); i++) {
            List<HubEvent> events = ItemReader.read(outline, outline.items().get(i), receivedAt);
            if (place < before + events.size()) {
                byte[] cut = cut(outline, i, place - before);
                return isAll(cut, events.get(place - before), receivedAt)
                        ? Optional.of(cut)
                        : Optional.empty();
            }
            before += events.size();
        }
        throw new IndexOutOfBoundsException(place);
    }

    /** @param message which of them, where the item is a history thread */
    private static byte[] cut(Outline outline, int place, int message) {
        Item item = outline.items().get(place);
        byte[] one = item.kind() == Kind.THREAD ? ThreadScan.only(outline, item, message) : null;
        Outline whole = one == null ? outline : OutlineScan.of(one);
        boolean same = whole != null && place < whole.items().size();
        return same ? SliceAssembly.of(whole, List.of(whole.items().get(place))) : new byte[0];
    }

    /** To the last member: alone, an event may have the same id and another conversation. */
    private boolean isAll(byte[] cut, HubEvent event, Instant receivedAt) {
        List<HubEvent> alone = read(cut, receivedAt);
        return alone.size() == 1
                && Arrays.equals(writer.write(alone.getFirst()), writer.write(event));
    }

    /**
     * What the hub itself put into its journal: its own events ({@code "object":"coexistence_hub"}), or else a webhook. Not
     * for bytes that came from outside, which can look like either. Never throws.
     */
    public List<HubEvent> readOwn(byte[] slice, Instant receivedAt) {
        List<HubEvent> own = OwnEventsReader.read(slice, receivedAt);
        return own != null ? own : read(slice, receivedAt);
    }

    private static HubEvent unreadable(byte[] body, Instant receivedAt) {
        boolean json = isJson(body);
        return new HubEvent(
                new EventId("raw:" + CanonicalJson.sha256(body)),
                EventType.WEBHOOK_UNRECOGNIZED,
                Origin.META,
                null,
                null,
                null,
                null,
                null,
                receivedAt,
                receivedAt,
                null,
                new Unrecognized(json ? "no webhook envelope" : "not JSON", json),
                body,
                false,
                true);
    }

    /** Whether the bytes may stand inside a JSON document as they are; a byte order mark may not. */
    private static boolean isJson(byte[] body) {
        boolean marked = body.length > 0 && body[0] == (byte) 0xEF;
        if (marked || !Json.mayBeUtf8(body) || !Json.isUtf8(body, 0, body.length)) {
            return false;
        }
        try (JsonParser parser = Json.parser(body)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                return false;
            }
            parser.skipChildren();
            parser.finishToken();
            return parser.nextToken() == null;
        } catch (IOException | RuntimeException malformed) {
            return false;
        }
    }
}
