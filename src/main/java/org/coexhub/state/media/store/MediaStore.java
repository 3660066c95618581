package org.coexhub.state.media.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * The place where fetched files are kept. A folder or a bucket, unless a bean of this type stands in their place;
 * several nodes need one that all of them reach.
 */
public interface MediaStore {

    /**
     * Keeps the file, in the place of what the key had before. When this returns the bytes are durable.
     *
     * @param key letters and digits only
     * @param file may be moved away or be left
     */
    void put(String key, Path file) throws IOException;

    /** @throws java.nio.file.NoSuchFileException nothing is kept under the key */
    InputStream open(String key) throws IOException;

    /** Does nothing when nothing is kept under the key. */
    void delete(String key) throws IOException;
}
