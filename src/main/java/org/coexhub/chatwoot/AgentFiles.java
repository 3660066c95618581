package org.coexhub.chatwoot;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.media.Download;
import org.coexhub.media.MediaRefused;
import org.coexhub.media.OutgoingMedia;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Brings files of agents from Chatwoot to Meta. Chatwoot's address of a file leads to another, which lives for minutes;
 * both are public to whoever has them, so no token goes along.
 */
final class AgentFiles implements AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(5);

    /** Of what WhatsApp takes: a document. More is not even stored, for the disk is the queues' as well. */
    private static final long LARGEST = 100L * 1024 * 1024;

    /** For the whole of a file. */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final Path workshop;
    private final Uploads uploads;
    private final long largest;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NORMAL)
                    .connectTimeout(CONNECT)
                    .build();

    /** @param workshop where files lie in between */
    AgentFiles(Path workshop, Uploads uploads) {
        this(workshop, uploads, LARGEST);
    }

    /** @param largest bytes that a file may have */
    AgentFiles(Path workshop, Uploads uploads, long largest) {
        this.workshop = workshop;
        this.uploads = uploads;
        this.largest = largest;
    }

    /** Meta's side; the same bytes get the same id. */
    @FunctionalInterface
    interface Uploads {
        OutgoingMedia.Handle upload(
                PhoneNumberId number, InputStream bytes, String fileName, String type)
                throws MediaRefused, IOException, InterruptedException;
    }

    /**
     * @throws MediaRefused WhatsApp takes no such file, or did not take it now
     * @throws IOException Chatwoot did not give it out
     */
    AgentReplies.File upload(PhoneNumberId number, JsonNode attachment)
            throws MediaRefused, IOException, InterruptedException {
        String address = attachment.path("data_url").asText();
        String name = AgentReplies.fileName(address);
        Files.createDirectories(workshop);
        Path file = workshop.resolve(UUID.randomUUID().toString());
        try {
            String type = fetch(uri(address), file);
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
            throws MediaRefused, IOException, InterruptedException {
        var answer =
                http.sendAsync(
                        HttpRequest.newBuilder(address).GET().build(),
                        response -> new Download(file, largest));
        try {
            HttpResponse<Path> response = answer.get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() != 200) {
                throw new IOException("HTTP " + response.statusCode());
            }
            return response.headers().firstValue("Content-Type").orElse("");
        } catch (TimeoutException e) {
            throw new IOException("it takes longer than " + LONGEST, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Download.TooLarge) {
                throw new MediaRefused(MediaRefused.Kind.SIZE, e.getCause().getMessage());
            }
            throw new IOException(e.getCause().getClass().getSimpleName(), e.getCause());
        } finally {
            answer.cancel(true);
        }
    }

    private static URI uri(String address) throws IOException {
        try {
            URI uri = URI.create(address);
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
        http.shutdownNow();
    }
}
