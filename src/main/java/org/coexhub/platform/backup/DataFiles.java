package org.coexhub.platform.backup;

import org.coexhub.platform.broker.Broker;
import org.coexhub.platform.postgres.ClusterFiles;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The files of a data directory that a hub needs: those of the broker, of the database and all others, without what belongs
 * to a run, such as locks and logs, and without the programs that the hub unpacks itself.
 *
 * @param data the data directory
 */
record DataFiles(Path data) {

    static final String BROKER = Broker.FOLDER;
    static final String CLUSTER = ClusterFiles.FOLDER + "/" + ClusterFiles.CLUSTER;

    private static final String PROGRAMS = "postgresql-";

    /** What to do with each. */
    interface Visitor {

        void folder(String name) throws IOException;

        void file(String name, Path file) throws IOException;
    }

    boolean hasOwnDatabase() {
        return Files.exists(data.resolve(CLUSTER));
    }

    boolean hasOwnBroker() {
        return Files.exists(data.resolve(BROKER));
    }

    /** The database's cluster, as a copy needs it; the write-ahead log only where nobody writes it. */
    void ofCluster(boolean withLog, Visitor visitor) throws IOException {
        walk(
                data.resolve(CLUSTER),
                (name, file) -> {
                    Path inside = Path.of(CLUSTER).relativize(Path.of(name));
                    return inside.toString().isEmpty()
                            || ClusterFiles.isNeeded(inside)
                                    && !inside.equals(ClusterFiles.CONTROL)
                                    && (withLog
                                            || inside.getNameCount() == 1
                                            || Files.isDirectory(file)
                                            || !inside.startsWith(ClusterFiles.LOG));
                },
                visitor);
        visitor.file(
                CLUSTER + "/" + ClusterFiles.CONTROL.toString().replace('\\', '/'),
                data.resolve(CLUSTER).resolve(ClusterFiles.CONTROL));
    }

    /** The broker's, to be asked for where it does not run. */
    void ofBroker(Visitor visitor) throws IOException {
        walk(
                data.resolve(BROKER),
                (name, file) ->
                        !name.equals(BROKER + "/" + Broker.SNAPSHOT_FOLDER)
                                && !name.endsWith(".lock"),
                visitor);
    }

    /** All others. */
    void others(Visitor visitor) throws IOException {
        walk(
                data,
                (name, file) ->
                        !name.equals(BROKER) && !name.equals(CLUSTER) && !belongsToARun(name, file),
                visitor);
    }

    private boolean belongsToARun(String name, Path file) {
        Path path = Path.of(name);
        String last = path.getFileName().toString();
        boolean ofServer = path.getNameCount() == 2 && path.startsWith(ClusterFiles.FOLDER);
        return BackupRequest.isPartOf(name)
                || name.equals("lost+found")
                || ofServer
                        && (last.startsWith(PROGRAMS)
                                || last.endsWith(".log")
                                || last.equals("lock")
                                || last.equals("unpacking")
                                || last.equals("cluster.new"));
    }

    @FunctionalInterface
    private interface Wanted {
        boolean is(String name, Path file);
    }

    private void walk(Path from, Wanted wanted, Visitor visitor) throws IOException {
        Files.walkFileTree(
                from,
                EnumSet.of(FileVisitOption.FOLLOW_LINKS),
                Integer.MAX_VALUE,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path folder, BasicFileAttributes attributes) throws IOException {
                        String name = nameOf(folder);
                        if (!name.isEmpty()) {
                            if (!wanted.is(name, folder)) {
                                return FileVisitResult.SKIP_SUBTREE;
                            }
                            visitor.folder(name);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        String name = nameOf(file);
                        if (attributes.isRegularFile() && wanted.is(name, file)) {
                            visitor.file(name, file);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException failure)
                            throws IOException {
                        if (Files.exists(file)) {
                            throw failure;
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path folder, IOException failure)
                            throws IOException {
                        if (failure != null && Files.exists(folder)) {
                            throw failure;
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    private String nameOf(Path file) {
        return data.relativize(file).toString().replace('\\', '/');
    }

    /** How large a backup of it gets at most. */
    long bytes() throws IOException {
        var bytes = new AtomicLong();
        Visitor sum =
                new Visitor() {
                    @Override
                    public void folder(String name) {}

                    @Override
                    public void file(String name, Path file) {
                        bytes.addAndGet(file.toFile().length());
                    }
                };
        ofCluster(true, sum);
        ofBroker(sum);
        others(sum);
        return bytes.get();
    }

    /** PostgreSQL refuses a cluster that others may read. */
    static boolean isPrivate(String name) {
        return name.equals(CLUSTER)
                || name.startsWith(CLUSTER + "/")
                || name.equals(ClusterFiles.FOLDER + "/password");
    }
}
