package org.coexhub.event.slice;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import org.coexhub.event.json.Json;
import org.coexhub.event.slice.Outline.Item;
import org.coexhub.event.slice.Outline.Kind;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Finds the messages of one imported conversation, which the slicer keeps together and the reader takes apart. */
public final class ThreadScan {

    private ThreadScan() {}

    /** Elements of the thread's {@code messages}; none if the thread has another shape. */
    public static List<Item> messages(Outline outline, Item thread) {
        List<Item> messages = new ArrayList<>();
        int length = thread.end - thread.start;
        try (JsonParser parser = Json.FACTORY.createParser(outline.bytes, thread.start, length)) {
            ItemScan scan = new ItemScan(parser);
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return messages;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean list = parser.currentName().equals("messages");
                if (parser.nextToken() != JsonToken.START_ARRAY || !list) {
                    scan.skip();
                    continue;
                }
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    messages.add(message(thread, scan));
                }
            }
            return messages;
        } catch (IOException | RuntimeException malformed) {
            // The walk through the whole body has already read these bytes, so this cannot be half
            // a thread.
            return List.of();
        }
    }

    /**
     * The body with no other message in this thread.
     *
     * @param place of the message among {@link #messages}
     * @return null where the thread has no messages
     */
    public static byte[] only(Outline outline, Item thread, int place) {
        List<Item> messages = messages(outline, thread);
        if (messages.isEmpty()) {
            return null;
        }
        Item one = messages.get(place);
        var out = new ByteArrayOutputStream(outline.bytes.length);
        out.write(outline.bytes, 0, messages.getFirst().start);
        out.write(outline.bytes, one.start, one.end - one.start);
        int after = messages.getLast().end;
        out.write(outline.bytes, after, outline.bytes.length - after);
        return out.toByteArray();
    }

    private static Item message(Item thread, ItemScan scan) throws IOException {
        int start = thread.start + scan.tokenStart();
        scan.skip();
        Item message =
                new Item(Kind.MESSAGE, start, thread.start + scan.end(), scan.skippedDepth())
                        .in(thread.scope);
        message.chunk = thread.chunk;
        return message;
    }
}
