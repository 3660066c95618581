package org.coexhub.connector.chatwoot.outgoing;

import org.coexhub.connector.chatwoot.client.Attachment;
import org.coexhub.state.media.MediaRow;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Files of messages for Chatwoot. The hub fetches them in the background, usually within seconds, so a message waits a
 * while for its file; of other conversations those wait with it that its consumer has as well.
 */
public final class ChatwootFiles {

    /** Chatwoot takes 40 MB by default. */
    static final long LARGEST = 40L * 1024 * 1024;

    private static final Duration LOOK = Duration.ofMillis(100);

    private final Kept media;
    private final Duration patience;

    public ChatwootFiles(Kept media, Duration patience) {
        this.media = media;
        this.patience = patience;
    }

    /** The hub's media, to be read. */
    public interface Kept {
        Optional<MediaRow> find(String mediaId);

        /** Whether it is worth waiting for. */
        boolean isComing(MediaRow row);

        InputStream open(MediaRow row) throws IOException;
    }

    /** The file; or why it is not to be had. */
    record Found(Attachment file, String reason) {}

    Found of(String mediaId) throws IOException {
        long begin = System.nanoTime();
        Optional<MediaRow> row = media.find(mediaId);
        while (row.isPresent()
                && media.isComing(row.get())
                && System.nanoTime() - begin < patience.toNanos()
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(LOOK.toNanos());
            row = media.find(mediaId);
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new IOException("interrupted while a file was waited for");
        }
        if (row.isEmpty()) {
            return new Found(null, "not kept");
        }
        MediaRow found = row.get();
        return switch (found.state()) {
            case STORED ->
                    found.bytes() > LARGEST
                            ? new Found(null, "too large for Chatwoot")
                            : new Found(attachment(found), null);
            case WAITING -> new Found(null, "not fetched yet");
            case LOST -> new Found(null, "lost, " + found.reason());
            case EXPIRED -> new Found(null, "deleted after its retention");
        };
    }

    private Attachment attachment(MediaRow row) {
        String type = row.mimeType() == null ? "application/octet-stream" : row.mimeType();
        String plain = type.split(";")[0].strip();
        String name =
                row.fileName() != null
                        ? row.fileName()
                        : "whatsapp-" + row.id() + "." + ending(plain);
        return new Attachment(name, type, row.bytes(), () -> media.open(row));
    }

    private static String ending(String mimeType) {
        return switch (mimeType) {
            case "image/jpeg" -> "jpg";
            case "audio/mpeg" -> "mp3";
            case "text/plain" -> "txt";
            default -> mimeType.replaceAll("^.*/(x-)?", "").replaceAll("[^a-z0-9]", "");
        };
    }
}
