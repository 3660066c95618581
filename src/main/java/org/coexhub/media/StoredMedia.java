package org.coexhub.media;

import org.coexhub.media.store.MediaStore;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Files of messages, to be read. */
public final class StoredMedia {

    private final MediaBook book;
    private final MediaStore store;

    StoredMedia(MediaBook book, MediaStore store) {
        this.book = book;
        this.store = store;
    }

    /** Empty when no message ever showed it. */
    public Optional<MediaRow> find(String id) {
        return book.find(id);
    }

    /** @throws java.nio.file.NoSuchFileException the file is gone from the store */
    public InputStream open(MediaRow row) throws IOException {
        return store.open(row.key());
    }
}
