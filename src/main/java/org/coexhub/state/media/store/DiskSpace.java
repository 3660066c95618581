package org.coexhub.state.media.store;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** Watches the disk that files of messages are written to. */
@FunctionalInterface
public interface DiskSpace {

    Room now() throws IOException;

    /**
     * What is free of a disk, reckoned as the embedded broker does.
     *
     * @param total bytes
     * @param usable bytes this process may still write
     */
    record Room(long total, long usable) {

        /** Whether it is at most so full with so many bytes more. */
        public boolean holds(long more, int percent) {
            return total - usable + more <= total / 100.0 * percent;
        }

        public long percentUsed() {
            return total == 0 ? 100 : Math.round(100.0 * (total - usable) / total);
        }
    }

    /** @param folder need not be there yet */
    static DiskSpace of(Path folder) {
        return () -> {
            Path there = folder.toAbsolutePath();
            while (!Files.exists(there)) {
                there = there.getParent();
            }
            FileStore disk = Files.getFileStore(there);
            return new Room(disk.getTotalSpace(), disk.getUsableSpace());
        };
    }
}
