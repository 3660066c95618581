package org.coexhub.state.media;

import org.coexhub.state.media.store.MediaStore;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Reads files of messages from the media store. */
public final class StoredMedia {

    private final MediaRowStore mediaRows;
    private final MediaStore store;
    private final DiskLimit disk;

    StoredMedia(MediaRowStore mediaRows, MediaStore store, DiskLimit disk) {
        this.mediaRows = mediaRows;
        this.store = store;
        this.disk = disk;
    }

    /** Empty when no message ever showed it. */
    public Optional<MediaRow> find(String id) {
        return mediaRows.find(id);
    }

    /** Whether it is worth waiting for: it is on its way, and neither put off nor without room. */
    public boolean isComing(MediaRow row) {
        return row.state() == MediaRow.State.WAITING && !row.isPutOff() && !disk.isPaused();
    }

    /** @throws java.nio.file.NoSuchFileException the file is gone from the store */
    public InputStream open(MediaRow row) throws IOException {
        return store.open(row.key());
    }
}
