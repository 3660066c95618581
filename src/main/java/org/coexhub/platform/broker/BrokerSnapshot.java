package org.coexhub.platform.broker;

import org.apache.activemq.artemis.core.journal.impl.JournalFile;
import org.apache.activemq.artemis.core.journal.impl.JournalImpl;
import org.apache.activemq.artemis.core.server.ActiveMQServer;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The files of the embedded broker as they were at one moment, the cut, to be copied while the broker goes on: what a kill
 * at that moment would have left.
 *
 * <p><b>At the cut</b> both of Artemis' journals are locked, so that no commit ends and nothing is acknowledged to anybody.
 * Their current files are copied, 10 MB and 1 MB.
 *
 * <p><b>After it</b> complete files of the journals are never written again, unless they are reclaimed or compacted, which
 * rests until this is closed. Files of paging and large messages are written to at their end only, and deleted: hard links
 * keep them, and their length at the cut is remembered. A page file that ends within a message is read up to there, and
 * Artemis begins another one.
 */
public final class BrokerSnapshot implements AutoCloseable {

    /** Hard links must not leave the disk; lies beside what they lead to. */
    static final String FOLDER = "backup";

    private static final int MOST_ROUNDS = 10;
    private static final int SECONDS_A_ROUND = 30;

    private static final String NO_REST = "the broker does not come to rest; try again later";

    private final Path home;
    private final Path links;
    private final List<JournalImpl> journals;
    private final Map<JournalImpl, List<JournalFile>> complete = new LinkedHashMap<>();
    private final List<Part> parts = new ArrayList<>();
    private Map<String, Part> kept = new HashMap<>();
    private long stoodStillNanos;

    /**
     * A file of the snapshot.
     *
     * @param name below the broker's folder
     * @param source where it can be read until the snapshot is closed
     * @param bytes how many of them belong to it
     */
    public record Part(String name, Path source, long bytes) {}

    /** What is to happen at the cut, while nobody gets an answer; it must not ask the broker anything. */
    @FunctionalInterface
    public interface AtTheCut {
        void run() throws Exception;
    }

    private BrokerSnapshot(Path home, List<JournalImpl> journals) {
        this.home = home;
        this.links = home.resolve(FOLDER);
        this.journals = journals;
    }

    static BrokerSnapshot take(ActiveMQServer server, Path home, AtTheCut action) throws Exception {
        var storage = server.getStorageManager();
        var snapshot =
                new BrokerSnapshot(
                        home,
                        List.of(
                                (JournalImpl) storage.getMessageJournal(),
                                (JournalImpl) storage.getBindingsJournal()));
        try {
            snapshot.cut(action);
            return snapshot;
        } catch (Exception | Error e) {
            snapshot.close();
            throw e;
        }
    }

    /** What a process that was killed left of its snapshot. */
    static void clear(Path home) throws IOException {
        Path links = home.resolve(FOLDER);
        if (Files.exists(links)) {
            try (Stream<Path> all = Files.walk(links)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
    }

    public List<Part> parts() {
        return parts;
    }

    /** For how long nobody got an answer. */
    public Duration stoodStill() {
        return Duration.ofNanos(stoodStillNanos);
    }

    private void cut(AtTheCut action) throws Exception {
        clear(home);
        Files.createDirectories(links);
        long began = lockAtRest();
        try {
            for (JournalImpl journal : journals) {
                keep(journal);
            }
            keepAppended();
            action.run();
        } finally {
            unlock();
            stoodStillNanos = System.nanoTime() - began;
        }
        parts.addAll(kept.values());
    }

    /**
     * Until both journals are locked with reclaiming off: one that began before this may have turned it on again.
     *
     * @return the time before the first lock, from which on somebody may wait
     */
    private long lockAtRest() throws Exception {
        for (int round = 0; round < MOST_ROUNDS; round++) {
            for (JournalImpl journal : journals) {
                keepCompleteFiles(journal);
            }
            // Most of them now, so that few are left for the moment in which everybody waits.
            keepAppended();
            long began = System.nanoTime();
            journals.forEach(JournalImpl::synchronizationLock);
            if (journals.stream().noneMatch(JournalImpl::isAutoReclaim)) {
                return began;
            }
            unlock();
        }
        throw new IOException(NO_REST);
    }

    private void unlock() {
        journals.reversed().forEach(JournalImpl::synchronizationUnlock);
    }

    /**
     * To be called when all parts were copied.
     *
     * @throws IOException a file of a journal may have been written anew meanwhile, so what was copied is of no use
     */
    public void confirm() throws IOException {
        for (JournalImpl journal : journals) {
            if (journal.isAutoReclaim()
                    || !List.of(journal.getDataFiles()).containsAll(complete.get(journal))) {
                throw new IOException(
                        "the broker has rewritten its journal while it was copied; try again");
            }
        }
    }

    /**
     * Stops reclaiming and compacting. Either may be under way, and a compaction turns reclaiming on again at its end; so
     * until it has stayed off while the thread that does both has done all it had.
     */
    private static void keepCompleteFiles(JournalImpl journal) throws Exception {
        int rounds = 0;
        do {
            if (rounds++ == MOST_ROUNDS) {
                throw new IOException(NO_REST);
            }
            journal.setAutoReclaim(false);
            journal.forceBackup(SECONDS_A_ROUND, TimeUnit.SECONDS);
        } while (journal.isAutoReclaim());
    }

    private void keep(JournalImpl journal) throws Exception {
        journal.getFileFactory().flush();
        complete.put(journal, List.of(journal.getDataFiles()));
        for (JournalFile file : complete.get(journal)) {
            Path path = file.getFile().getJavaFile().toPath();
            parts.add(new Part(nameOf(path), path, Files.size(path)));
        }
        Path current = journal.getCurrentFile().getFile().getJavaFile().toPath();
        Path copy = placeOf(nameOf(current));
        Files.copy(current, copy);
        parts.add(new Part(nameOf(current), copy, Files.size(copy)));
    }

    /** Those that are there now; what is gone since the last time is not kept. */
    private void keepAppended() throws IOException {
        Map<String, Part> now = new LinkedHashMap<>();
        Path paging = home.resolve("paging");
        if (Files.isDirectory(paging)) {
            try (Stream<Path> addresses = Files.list(paging)) {
                for (Path address : addresses.filter(Files::isDirectory).toList()) {
                    keepAppended(
                            address,
                            name -> name.endsWith(".page") || name.equals("address.txt"),
                            now);
                }
            }
        }
        keepAppended(home.resolve("large"), name -> name.endsWith(".msg"), now);
        kept = now;
    }

    private void keepAppended(Path folder, Predicate<String> wanted, Map<String, Part> now)
            throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                if (wanted.test(file.getFileName().toString())) {
                    try {
                        Part part = keep(file);
                        now.put(part.name(), part);
                    } catch (NoSuchFileException deletedMeanwhile) {
                        // Nobody needs it any more.
                    }
                }
            }
        }
    }

    private Part keep(Path file) throws IOException {
        String name = nameOf(file);
        long bytes = Files.size(file);
        Part known = kept.get(name);
        if (known != null && (known.bytes() == bytes || isLink(known, file))) {
            return new Part(name, known.source(), bytes);
        }
        Path place = placeOf(name);
        try {
            Files.createLink(place, file);
        } catch (NoSuchFileException gone) {
            throw gone;
        } catch (UnsupportedOperationException | FileSystemException noLinks) {
            Files.copy(file, place, StandardCopyOption.REPLACE_EXISTING);
        }
        return new Part(name, place, bytes);
    }

    private static boolean isLink(Part known, Path file) throws IOException {
        return Files.isSameFile(known.source(), file);
    }

    private String nameOf(Path file) {
        return home.relativize(file.toAbsolutePath()).toString().replace('\\', '/');
    }

    private Path placeOf(String name) throws IOException {
        Path place = links.resolve(name);
        Files.createDirectories(place.getParent());
        return place;
    }

    @Override
    public void close() throws IOException {
        journals.forEach(journal -> journal.setAutoReclaim(true));
        clear(home);
    }
}
