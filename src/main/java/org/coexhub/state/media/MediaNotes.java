package org.coexhub.state.media;

import org.coexhub.event.EventData;
import org.coexhub.event.MessageContent;
import org.coexhub.event.Origin;
import org.coexhub.inbound.eventlog.EventBatch;

import java.util.TreeMap;

/**
 * Step of the router: notes the files that new messages bring, for {@link MediaFetcher}. Writes rows in the router's store
 * transaction and calls nobody.
 */
public final class MediaNotes {

    private static final int LONGEST_ID = 256;

    private final MediaRowStore mediaRows;
    private final boolean wanted;

    MediaNotes(MediaRowStore mediaRows, MediaSettings settings) {
        this.mediaRows = mediaRows;
        this.wanted = settings.fetch();
    }

    public void note(EventBatch batch) {
        // In the order of their ids, so that two routers never wait for each other.
        var notes = new TreeMap<String, MediaRowStore.Note>();
        for (var item : batch.accepted()) {
            var event = item.event();
            if (wanted
                    && event.data() instanceof EventData.Message message
                    && event.number() != null
                    && event.conversation() != null
                    && hasFile(message.content().media())) {
                MessageContent.Media media = message.content().media();
                notes.putIfAbsent(
                        media.id(),
                        new MediaRowStore.Note(
                                media.id(),
                                event.number(),
                                event.conversation().value(),
                                message.wamid().value(),
                                mimeType(media.mimeType()),
                                within(media.filename(), 1024),
                                within(media.sha256(), 128),
                                event.origin() == Origin.CUSTOMER));
            }
        }
        if (!notes.isEmpty()) {
            mediaRows.note(notes.values());
        }
    }

    private static boolean hasFile(MessageContent.Media media) {
        return media != null
                && media.id() != null
                && !media.id().isBlank()
                && media.id().length() <= LONGEST_ID
                && media.id().indexOf('\0') < 0;
    }

    static String mimeType(String text) {
        return within(text, 256);
    }

    /** Null where it is longer than there is room, or holds what PostgreSQL cannot. */
    private static String within(String text, int length) {
        return text == null || text.length() > length || text.indexOf('\0') >= 0 ? null : text;
    }
}
