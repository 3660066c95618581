package org.coexhub.state.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.platform.graph.GraphSettings;
import org.coexhub.platform.http.AnswerTooLargeException;
import org.coexhub.platform.http.BoundedBody;
import org.coexhub.platform.http.MultipartForm;
import org.coexhub.platform.http.OutgoingHttp;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/** Graph's side of media: where a file is, the file itself, and uploads. Redirects are not followed. */
final class MediaGraph implements AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(10);

    /** Of an answer that is no file. */
    private static final int MOST_BYTES = 1024 * 1024;

    /** Not Meta's, which has the file for a week: the page of a proxy, mostly. */
    private static final Fetched UNREADABLE = new Fetched.Later("unreadable_answer", null);

    /** Codes of Meta that say nothing of the file: token, limits, their own trouble. */
    private static final Set<Integer> PASSING =
            Set.of(0, 1, 2, 4, 10, 190, 80007, 130429, 131000, 131016, 131057);

    private final GraphSettings graph;
    private final MediaSettings settings;
    private final MediaHosts hosts;
    private final ObjectMapper json = new ObjectMapper();
    private final OutgoingHttp http = new OutgoingHttp(CONNECT, MOST_BYTES);

    MediaGraph(GraphSettings graph, MediaSettings settings) {
        this.graph = graph;
        this.settings = settings;
        this.hosts = new MediaHosts(settings.hosts(), graph.graphUrl());
    }

    /** Decides on a file once its size is known, before the first byte of it comes. */
    @FunctionalInterface
    interface Door {

        /** @return null: let it come */
        Fetched refuses(long size);
    }

    /** An upload that Graph did not take. */
    static final class UploadRefusedException extends IOException {
        UploadRefusedException(String detail) {
            super(detail);
        }
    }

    /**
     * Asks Graph for an address, which lives five minutes, and fetches the file from there.
     *
     * @param target written in any case; of use only when the file came whole
     */
    Fetched fetch(MediaRow row, Path target, Door door) throws InterruptedException {
        try {
            HttpResponse<byte[]> found = http.send(get(address(row)), graph.timeout());
            JsonNode answer = tree(found.body());
            if (found.statusCode() != 200) {
                return refusal(found, answer);
            }
            if (answer.path("url").asText("").isBlank()) {
                return UNREADABLE;
            }
            if (size(answer) > settings.maxSize().toBytes()) {
                return new Fetched.Lost("too_large");
            }
            URI url = uri(answer.path("url").asText());
            if (url == null || !hosts.allow(url)) {
                return new Fetched.Lost("host_not_allowed");
            }
            Fetched refused = door.refuses(size(answer));
            return refused == null ? download(row, answer, url, target) : refused;
        } catch (AnswerTooLargeException e) {
            return UNREADABLE;
        } catch (HttpTimeoutException e) {
            return new Fetched.Later("timeout", null);
        } catch (IOException e) {
            return new Fetched.Later("unreachable", null);
        }
    }

    /** Of a file whose size Graph does not name: what it can be at most. */
    private long size(JsonNode described) {
        long named = described.path("file_size").asLong(-1);
        return named < 0 ? settings.maxSize().toBytes() : named;
    }

    private Fetched download(MediaRow row, JsonNode described, URI url, Path target)
            throws InterruptedException, IOException {
        var download = new Download(target, settings.maxSize().toBytes());
        HttpResponse<Path> response;
        try {
            response =
                    http.send(
                            get(url),
                            info ->
                                    info.statusCode() == 200
                                            ? download
                                            : new BoundedBody<>(
                                                    HttpResponse.BodySubscribers.replacing(null),
                                                    MOST_BYTES),
                            settings.timeout());
        } catch (AnswerTooLargeException e) {
            // Where nothing of the file had come, it was a refusal that was too long.
            return download.bytes() > 0 ? new Fetched.Lost("too_large") : UNREADABLE;
        }
        if (response.statusCode() != 200) {
            // Also 404: the address is over, the next try asks for a fresh one.
            return new Fetched.Later("http_" + response.statusCode(), null);
        }
        byte[] hash = download.hash();
        if (!Sha256.matches(row.sha256(), hash)
                || !Sha256.matches(described.path("sha256").asText(null), hash)) {
            return new Fetched.Later("hash_mismatch", null);
        }
        return new Fetched.Whole(
                download.bytes(), MediaNotes.mimeType(described.path("mime_type").asText(null)));
    }

    private static Fetched refusal(HttpResponse<byte[]> response, JsonNode answer) {
        int status = response.statusCode();
        JsonNode code = answer.path("error").path("code");
        boolean ofTheFile =
                (status == 400 || status == 404)
                        && code.isIntegralNumber()
                        && !PASSING.contains(code.intValue());
        if (ofTheFile) {
            return new Fetched.Lost("gone_at_meta");
        }
        return new Fetched.Later(
                code.isIntegralNumber() ? "meta_" + code.intValue() : "http_" + status,
                response.headers()
                        .firstValue("Retry-After")
                        .filter(value -> value.matches("[0-9]{1,4}"))
                        .map(value -> Duration.ofSeconds(Long.parseLong(value)))
                        .orElse(null));
    }

    /** @return Meta's id of the uploaded file */
    String upload(PhoneNumberId number, Path file, String fileName, String mimeType)
            throws IOException, InterruptedException {
        MultipartForm form =
                new MultipartForm()
                        .field("messaging_product", "whatsapp")
                        .field("type", mimeType)
                        .file(
                                "file",
                                fileName,
                                mimeType,
                                BodyPublishers.ofFile(file),
                                Files.size(file));
        HttpRequest request =
                HttpRequest.newBuilder(graph(number.value() + "/media"))
                        .header("Authorization", "Bearer " + graph.accessToken())
                        .header("Content-Type", form.contentType())
                        .POST(form.body())
                        .build();
        try {
            HttpResponse<byte[]> response = http.send(request, settings.timeout());
            JsonNode answer = tree(response.body());
            String id = answer.path("id").asText("");
            if (response.statusCode() != 200 || id.isEmpty()) {
                JsonNode error = answer.path("error");
                throw new UploadRefusedException(
                        "Meta answered HTTP "
                                + response.statusCode()
                                + (error.has("code") ? ", code " + error.path("code").asText() : "")
                                + ": "
                                + error.path("error_data")
                                        .path("details")
                                        .asText(error.path("message").asText("no reason given")));
            }
            return id;
        } catch (HttpTimeoutException e) {
            throw new UploadRefusedException("Meta did not answer within " + settings.timeout());
        } catch (AnswerTooLargeException e) {
            throw new UploadRefusedException("Meta's answer is not usable: " + e.getMessage());
        } catch (UploadRefusedException e) {
            throw e;
        } catch (IOException e) {
            throw new UploadRefusedException(
                    "Meta cannot be reached: " + e.getClass().getSimpleName());
        }
    }

    boolean hasToken() {
        return graph.hasToken();
    }

    /** No fetch lasts longer. */
    Duration longest() {
        return graph.timeout().plus(settings.timeout());
    }

    private URI address(MediaRow row) {
        String id = URLEncoder.encode(row.id(), StandardCharsets.UTF_8);
        String number = URLEncoder.encode(row.number().value(), StandardCharsets.UTF_8);
        return graph(id + "?phone_number_id=" + number);
    }

    private URI graph(String path) {
        String base = graph.graphUrl().toString().replaceAll("/+$", "");
        return URI.create(base + "/" + graph.graphVersion() + "/" + path);
    }

    private HttpRequest get(URI address) {
        return HttpRequest.newBuilder(address)
                .header("Authorization", "Bearer " + graph.accessToken())
                .GET()
                .build();
    }

    private JsonNode tree(byte[] body) {
        try {
            JsonNode tree = json.readTree(body);
            return tree == null ? json.missingNode() : tree;
        } catch (IOException notJson) {
            return json.missingNode();
        }
    }

    private static URI uri(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException notAnAddress) {
            return null;
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
