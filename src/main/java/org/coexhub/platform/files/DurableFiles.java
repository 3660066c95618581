package org.coexhub.platform.files;

import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.HexFormat;

/** Writes files that are on disk when the call returns. */
public final class DurableFiles {

    private static final int CHUNK = 1024 * 1024;

    private DurableFiles() {}

    /** What was copied. */
    public record Copied(long bytes, String sha256) {}

    /**
     * @param most of the source's bytes; it may have more meanwhile, but not fewer
     * @throws java.nio.file.NoSuchFileException the source is not there
     */
    public static Copied copy(Path source, Path target, long most) throws IOException {
        MessageDigest digest = sha256();
        long left = most;
        try (var in = FileChannel.open(source, StandardOpenOption.READ);
                var out = newFile(target)) {
            ByteBuffer buffer = ByteBuffer.allocate(Math.clamp(most, 1, CHUNK));
            while (left > 0) {
                buffer.clear().limit((int) Math.min(left, buffer.capacity()));
                if (in.read(buffer) < 0) {
                    break;
                }
                buffer.flip();
                left -= buffer.remaining();
                digest.update(buffer.duplicate());
                while (buffer.hasRemaining()) {
                    out.write(buffer);
                }
            }
            out.force(true);
        }
        if (left > 0 && most != Long.MAX_VALUE) {
            throw new EOFException(source + " has become shorter while it was copied");
        }
        return new Copied(most - left, HexFormat.of().formatHex(digest.digest()));
    }

    /** What a file is to have. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException, SQLException;
    }

    /** What is in a file. */
    public static Copied read(Path file) throws IOException {
        MessageDigest digest = sha256();
        long bytes = 0;
        try (var in = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer buffer = ByteBuffer.allocate(Math.clamp(in.size(), 1, CHUNK));
            while (in.read(buffer) >= 0) {
                buffer.flip();
                bytes += buffer.remaining();
                digest.update(buffer);
                buffer.clear();
            }
        }
        return new Copied(bytes, HexFormat.of().formatHex(digest.digest()));
    }

    public static void write(Path file, byte[] content) throws IOException {
        try (var out = newFile(file)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                out.write(buffer);
            }
            out.force(true);
        }
    }

    /** Writes what somebody else knows how to write. */
    public static Copied write(Path file, Content content) throws IOException, SQLException {
        MessageDigest digest = sha256();
        try (var out = newFile(file)) {
            // Closing it would close the channel, which is to be forced first.
            var digested = new DigestOutputStream(Channels.newOutputStream(out), digest);
            var buffered = new BufferedOutputStream(digested, CHUNK);
            content.writeTo(buffered);
            buffered.flush();
            out.force(true);
            return new Copied(out.size(), HexFormat.of().formatHex(digest.digest()));
        }
    }

    private static FileChannel newFile(Path file) throws IOException {
        return FileChannel.open(
                file,
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING);
    }

    public static String sha256(byte[] content) {
        return HexFormat.of().formatHex(sha256().digest(content));
    }

    /** Files that were made or renamed in the folder are so for good. */
    public static void sync(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException notOnThisSystem) {
            if (!System.getProperty("os.name").startsWith("Windows")) {
                throw notOnThisSystem;
            }
        }
    }

    /** For nobody but its owner, where the system knows owners. */
    public static void makePrivate(Path path) throws IOException {
        if (Files.getFileStore(path).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(
                    path,
                    PosixFilePermissions.fromString(
                            Files.isDirectory(path) ? "rwx------" : "rw-------"));
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
