package org.coexhub.state.media.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Keeps files below one folder, spread over 256 subfolders. A file is there whole or not at all, for it is moved in; so
 * what is put has to lie on the same file system.
 */
public final class FileMediaStore implements MediaStore {

    private final Path folder;

    public FileMediaStore(Path folder) {
        this.folder = folder;
    }

    @Override
    public void put(String key, Path file) throws IOException {
        try (FileChannel written = FileChannel.open(file, StandardOpenOption.WRITE)) {
            written.force(true);
        }
        Path place = place(key);
        Files.createDirectories(place.getParent());
        Files.move(
                file, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public InputStream open(String key) throws IOException {
        return Files.newInputStream(place(key));
    }

    @Override
    public void delete(String key) throws IOException {
        Files.deleteIfExists(place(key));
    }

    private Path place(String key) {
        if (!key.matches("[A-Za-z0-9]{2,128}")) {
            throw new IllegalArgumentException("a key has letters and digits only");
        }
        return folder.resolve(key.substring(0, 2)).resolve(key);
    }
}
