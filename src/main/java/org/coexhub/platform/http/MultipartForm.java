package org.coexhub.platform.http;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** A form with a file, {@code multipart/form-data}; the file comes last and is not held in memory. */
public final class MultipartForm {

    private final String boundary = "hub-" + UUID.randomUUID();
    private final StringBuilder head = new StringBuilder();
    private BodyPublisher body;

    /** Adds a field; none after the file. */
    public MultipartForm field(String name, String value) {
        part(name).append("\r\n\r\n").append(value).append("\r\n");
        return this;
    }

    /**
     * Adds the file.
     *
     * @param fileName what could end its quotes is replaced
     * @param content read anew with each attempt
     * @param bytes its length; the receiver is told that of the whole form
     */
    public MultipartForm file(
            String name, String fileName, String mimeType, BodyPublisher content, long bytes) {
        part(name)
                .append("; filename=\"")
                .append(fileName.replaceAll("[\\p{Cntrl}\"\\\\]", "_"))
                .append("\"\r\nContent-Type: ")
                .append(mimeType)
                .append("\r\n\r\n");
        byte[] before = head.toString().getBytes(StandardCharsets.UTF_8);
        byte[] after = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8);
        body =
                BodyPublishers.fromPublisher(
                        BodyPublishers.concat(
                                BodyPublishers.ofByteArray(before),
                                content,
                                BodyPublishers.ofByteArray(after)),
                        before.length + bytes + after.length);
        return this;
    }

    private StringBuilder part(String name) {
        if (body != null) {
            throw new IllegalStateException("the file is the last part of the form");
        }
        return head.append("--")
                .append(boundary)
                .append("\r\nContent-Disposition: form-data; name=\"")
                .append(name)
                .append('"');
    }

    public String contentType() {
        return "multipart/form-data; boundary=" + boundary;
    }

    public BodyPublisher body() {
        if (body == null) {
            throw new IllegalStateException("the form has no file");
        }
        return body;
    }
}
