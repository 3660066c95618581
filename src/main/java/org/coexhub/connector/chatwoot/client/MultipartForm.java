package org.coexhub.connector.chatwoot.client;

import com.fasterxml.jackson.databind.JsonNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * A message with a file as Rails wants it: multipart/form-data, members of objects as {@code name[member]}, the file as
 * {@code attachments[]}.
 */
final class MultipartForm {

    private final String boundary = "hub-" + UUID.randomUUID();
    private final BodyPublisher body;

    MultipartForm(JsonNode fields, Attachment file) {
        var head = new StringBuilder();
        write("", fields, head);
        part("attachments[]\"; filename=\"" + quoted(file.name()), head);
        head.append("\r\nContent-Type: ").append(file.mimeType()).append("\r\n\r\n");
        byte[] before = head.toString().getBytes(StandardCharsets.UTF_8);
        byte[] after = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8);
        body =
                BodyPublishers.fromPublisher(
                        BodyPublishers.concat(
                                BodyPublishers.ofByteArray(before),
                                BodyPublishers.ofInputStream(
                                        () -> {
                                            try {
                                                return file.content().open();
                                            } catch (IOException e) {
                                                throw new UncheckedIOException(e);
                                            }
                                        }),
                                BodyPublishers.ofByteArray(after)),
                        before.length + file.bytes() + after.length);
    }

    private void write(String name, JsonNode value, StringBuilder form) {
        if (value.isObject()) {
            value.properties()
                    .forEach(
                            member ->
                                    write(
                                            name.isEmpty()
                                                    ? member.getKey()
                                                    : name + "[" + member.getKey() + "]",
                                            member.getValue(),
                                            form));
            return;
        }
        part(name, form);
        form.append("\r\n\r\n").append(value.asText()).append("\r\n");
    }

    private void part(String name, StringBuilder form) {
        form.append("--").append(boundary);
        form.append("\r\nContent-Disposition: form-data; name=\"").append(name).append('"');
    }

    private static String quoted(String fileName) {
        return fileName.replaceAll("[\\p{Cntrl}\"\\\\]", "_");
    }

    String contentType() {
        return "multipart/form-data; boundary=" + boundary;
    }

    BodyPublisher body() {
        return body;
    }
}
