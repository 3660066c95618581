package org.coexhub.state.media;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.platform.store.SqlTimes;
import org.coexhub.state.media.store.MediaStore;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

import javax.sql.DataSource;

/**
 * Uploads files to Meta and remembers their ids: the same bytes of one number get the same id for as long as Meta keeps
 * it. Two uploads of the same bytes at the same time both reach Meta, which does no harm; one of the ids is remembered.
 */
public final class OutgoingMedia {

    /** Meta keeps an upload 30 days. A message may wait a day for its turn. */
    private static final Duration LIFE = Duration.ofDays(29);

    private static final int BUFFER = 64 * 1024;

    private static final String KNOWN =
            """
            SELECT media_id, expires_at FROM media_upload
            WHERE number_id = :number AND sha256 = :sha256 AND mime_type = :mime AND expires_at > :now
            """;

    private static final String FORGET =
            "DELETE FROM media_upload WHERE number_id = :number AND sha256 = :sha256 AND mime_type"
                    + " = :mime AND expires_at <= :now";

    private static final String REMEMBER =
            """
            INSERT INTO media_upload (number_id, sha256, mime_type, media_id, expires_at)
            VALUES (:number, :sha256, :mime, :id, :expires) ON CONFLICT DO NOTHING
            """;

    private final JdbcClient jdbc;
    private final MediaRowStore mediaRows;
    private final MediaStore store;
    private final MediaGraph graph;
    private final DiskLimit disk;
    private final Path workshop;
    private final InstantSource clock;

    OutgoingMedia(
            DataSource database,
            MediaRowStore mediaRows,
            MediaStore store,
            MediaGraph graph,
            DiskLimit disk,
            Path workshop,
            InstantSource clock) {
        this.jdbc = JdbcClient.create(database);
        this.mediaRows = mediaRows;
        this.store = store;
        this.graph = graph;
        this.disk = disk;
        this.workshop = workshop;
        this.clock = clock;
    }

    /**
     * A file that commands can name.
     *
     * @param id Meta's media id, for {@code image.id} and its like
     * @param expiresAt when the id is no longer to be used
     * @param reused whether the bytes were with Meta already
     */
    public record Handle(String id, Instant expiresAt, boolean reused) {}

    /** Uploads bytes as they come. */
    public Handle upload(PhoneNumberId number, InputStream bytes, String fileName, String type)
            throws MediaRefusedException, IOException, InterruptedException {
        String mimeType = type.split(";")[0].strip().toLowerCase(Locale.ROOT);
        long limit = FileLimits.of(mimeType);
        Files.createDirectories(workshop);
        Path file = workshop.resolve(UUID.randomUUID().toString());
        try {
            String sha256 = write(bytes, file, limit, mimeType);
            Optional<Handle> known = known(number, sha256, mimeType);
            if (known.isPresent()) {
                return known.get();
            }
            return upload(number, file, fileName, mimeType, sha256);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** Uploads a file that came with a message and is in the media store. */
    public Handle forward(PhoneNumberId number, String mediaId)
            throws MediaRefusedException, IOException, InterruptedException {
        MediaRow row =
                mediaRows
                        .find(mediaId)
                        .filter(found -> found.state() == MediaRow.State.STORED)
                        .orElseThrow(OutgoingMedia::absent);
        try (InputStream bytes = store.open(row.key())) {
            String name = row.fileName() == null ? "file" : row.fileName();
            return upload(number, bytes, name, row.mimeType() == null ? "" : row.mimeType());
        } catch (NoSuchFileException e) {
            throw absent();
        }
    }

    private static MediaRefusedException absent() {
        return new MediaRefusedException(
                MediaRefusedException.Kind.ABSENT,
                "no file of this media id is stored; GET /api/v1/media/{id} says why");
    }

    /**
     * For who keeps a file on the hub's disk before it is uploaded.
     *
     * @throws MediaRefusedException so many bytes more would take the room that webhooks are stored in
     */
    public void requireRoom(long bytes) throws MediaRefusedException {
        if (!disk.hasRoomFor(bytes)) {
            throw new MediaRefusedException(
                    MediaRefusedException.Kind.NO_ROOM,
                    "the hub's disk is too full to take the file in; send it again when there is"
                            + " room (HUB_MEDIA_MAX_DISK_USAGE)");
        }
    }

    private String write(InputStream bytes, Path file, long limit, String mimeType)
            throws IOException, MediaRefusedException {
        MessageDigest digest = Sha256.digest();
        long written = 0;
        try (OutputStream out = Files.newOutputStream(file)) {
            byte[] buffer = new byte[BUFFER];
            for (int n = bytes.read(buffer); n >= 0; n = bytes.read(buffer)) {
                written += n;
                if (written > limit) {
                    throw FileLimits.tooLarge(mimeType, limit);
                }
                // Not once for the whole: nobody knows how much is to come.
                requireRoom(n);
                digest.update(buffer, 0, n);
                out.write(buffer, 0, n);
            }
        }
        if (written == 0) {
            throw new MediaRefusedException(MediaRefusedException.Kind.SIZE, "the file is empty");
        }
        return Sha256.hex(digest.digest());
    }

    private Handle upload(
            PhoneNumberId number, Path file, String fileName, String mimeType, String sha256)
            throws MediaRefusedException, InterruptedException, IOException {
        if (!graph.hasToken()) {
            throw new MediaRefusedException(
                    MediaRefusedException.Kind.META,
                    "there is no access token to upload with; set HUB_META_ACCESS_TOKEN");
        }
        Instant now = clock.instant();
        try {
            String id = graph.upload(number, file, fileName, mimeType);
            remember(number, sha256, mimeType, id, now);
            return new Handle(id, now.plus(LIFE), false);
        } catch (MediaGraph.UploadRefusedException e) {
            throw new MediaRefusedException(MediaRefusedException.Kind.META, e.getMessage());
        }
    }

    private void remember(
            PhoneNumberId number, String sha256, String mimeType, String id, Instant now) {
        jdbc.sql(FORGET)
                .param("number", number.value())
                .param("sha256", sha256)
                .param("mime", mimeType)
                .param("now", SqlTimes.millis(now))
                .update();
        jdbc.sql(REMEMBER)
                .param("number", number.value())
                .param("sha256", sha256)
                .param("mime", mimeType)
                .param("id", id)
                .param("expires", SqlTimes.millis(now.plus(LIFE)))
                .update();
    }

    private Optional<Handle> known(PhoneNumberId number, String sha256, String mimeType) {
        return jdbc.sql(KNOWN)
                .param("number", number.value())
                .param("sha256", sha256)
                .param("mime", mimeType)
                .param("now", SqlTimes.millis(clock.instant()))
                .query(
                        (rs, row) ->
                                new Handle(
                                        rs.getString("media_id"),
                                        SqlTimes.read(rs, "expires_at"),
                                        true))
                .optional();
    }
}
