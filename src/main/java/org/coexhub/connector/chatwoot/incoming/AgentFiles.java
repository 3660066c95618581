package org.coexhub.connector.chatwoot.incoming;

import org.coexhub.connector.chatwoot.client.FileHosts;
import org.coexhub.event.PhoneNumberId;
import org.coexhub.platform.http.AnswerTooLargeException;
import org.coexhub.platform.http.OutgoingHttp;
import org.coexhub.state.media.Download;
import org.coexhub.state.media.MediaRefusedException;
import org.coexhub.state.media.OutgoingMedia;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

/**
 * Brings files of agents from Chatwoot to Meta. Chatwoot's address of a file leads to another, which lives for minutes;
 * both are public to whoever has them, so no token goes along. Every step of the way has to be among the {@link
 * FileHosts}: who may send webhooks must not make the hub look about in the network it stands in.
 */
public final class AgentFiles implements AutoCloseable {

    private static final URI NOWHERE = URI.create("");
    private static final Duration CONNECT = Duration.ofSeconds(5);

    /** Of what WhatsApp takes: a document. More is not even stored, for the disk is the queues' as well. */
    private static final long LARGEST = 100L * 1024 * 1024;

    /** For the whole of a file. */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    /** From Chatwoot to the store, and one more for a store that moves. */
    private static final int MOST_REDIRECTS = 3;

    private final Path workshop;
    private final FileHosts hosts;
    private final Uploads uploads;
    private final long largest;
    private final OutgoingHttp http = new OutgoingHttp(CONNECT);

    /** @param workshop where files lie in between */
    public AgentFiles(Path workshop, FileHosts hosts, Uploads uploads) {
        this(workshop, hosts, uploads, LARGEST);
    }

    /** @param largest bytes that a file may have */
    public AgentFiles(Path workshop, FileHosts hosts, Uploads uploads, long largest) {
        this.workshop = workshop;
        this.hosts = hosts;
        this.uploads = uploads;
        this.largest = largest;
    }

    /** Meta's side; the same bytes get the same id. */
    @FunctionalInterface
    public interface Uploads {
        OutgoingMedia.Handle upload(
                PhoneNumberId number, InputStream bytes, String fileName, String type)
                throws MediaRefusedException, IOException, InterruptedException;

        /** @throws MediaRefusedException so much may not be put on the hub's disk now */
        default void requireRoom(long bytes) throws MediaRefusedException {}
    }

    /**
     * @throws MediaRefusedException WhatsApp takes no such file, or did not take it now; the disk is too full; or it lies on a host that is not allowed
     * @throws IOException Chatwoot did not give it out
     */
    AgentReplies.File upload(PhoneNumberId number, String address)
            throws MediaRefusedException, IOException, InterruptedException {
        String name = AgentReplies.fileName(address);
        uploads.requireRoom(largest);
        Files.createDirectories(workshop);
        Path file = workshop.resolve(UUID.randomUUID().toString());
        try {
            String type = fetch(uri(NOWHERE, address), file);
            try (InputStream bytes = Files.newInputStream(file)) {
                String shown = name.isEmpty() ? "file" : name;
                String id = uploads.upload(number, bytes, shown, type).id();
                return new AgentReplies.File(kind(type), "id", id, name);
            }
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** @return its type */
    private String fetch(URI address, Path file)
            throws MediaRefusedException, IOException, InterruptedException {
        long end = System.nanoTime() + LONGEST.toNanos();
        URI next = address;
        for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            HttpResponse<Path> response = get(hosts.allowed(next), file, end - System.nanoTime());
            if (response.statusCode() == 200) {
                return response.headers().firstValue("Content-Type").orElse("");
            }
            if (response.statusCode() / 100 != 3) {
                throw new IOException("HTTP " + response.statusCode());
            }
            next = uri(next, response.headers().firstValue("Location").orElse(""));
        }
        throw new IOException("more than " + MOST_REDIRECTS + " redirects");
    }

    private HttpResponse<Path> get(URI address, Path file, long nanos)
            throws MediaRefusedException, IOException, InterruptedException {
        try {
            return http.send(
                    HttpRequest.newBuilder(address).GET().build(),
                    response -> new Download(file, largest),
                    Duration.ofNanos(nanos));
        } catch (AnswerTooLargeException e) {
            throw new MediaRefusedException(
                    MediaRefusedException.Kind.SIZE, "the file is larger than allowed");
        }
    }

    /** @param from what a relative address starts from */
    private static URI uri(URI from, String address) throws IOException {
        try {
            URI uri = from.resolve(address);
            if (("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
                    && uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException notAnAddress) {
            throw new IOException("Chatwoot's address of the file is none", notAnAddress);
        }
        throw new IOException("Chatwoot's address of the file is none");
    }

    private static String kind(String type) {
        if (type.startsWith("image/webp")) {
            return "sticker";
        }
        for (String kind : new String[] {"image", "video", "audio"}) {
            if (type.startsWith(kind + "/")) {
                return kind;
            }
        }
        return "document";
    }

    @Override
    public void close() {
        http.close();
    }
}
