package org.coexhub.state.media;

import java.io.FileNotFoundException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;

/** The upload as Graph wants it: multipart/form-data with {@code messaging_product}, {@code type} and {@code file}. */
final class MultipartForm {

    private final String boundary = "hub-" + UUID.randomUUID();
    private final BodyPublisher body;

    MultipartForm(Path file, String fileName, String mimeType) throws FileNotFoundException {
        String head =
                field("messaging_product", "whatsapp")
                        + field("type", mimeType)
                        + "--"
                        + boundary
                        + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
                        + fileName.replaceAll("[\\p{Cntrl}\"\\\\]", "_")
                        + "\"\r\nContent-Type: "
                        + mimeType
                        + "\r\n\r\n";
        String tail = "\r\n--" + boundary + "--\r\n";
        body =
                BodyPublishers.concat(
                        BodyPublishers.ofString(head, StandardCharsets.UTF_8),
                        BodyPublishers.ofFile(file),
                        BodyPublishers.ofString(tail, StandardCharsets.UTF_8));
    }

    private String field(String name, String value) {
        return "--"
                + boundary
                + "\r\nContent-Disposition: form-data; name=\""
                + name
                + "\"\r\n\r\n"
                + value
                + "\r\n";
    }

    String contentType() {
        return "multipart/form-data; boundary=" + boundary;
    }

    BodyPublisher body() {
        return body;
    }
}
