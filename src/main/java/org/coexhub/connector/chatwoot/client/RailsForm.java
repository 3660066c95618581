package org.coexhub.connector.chatwoot.client;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.platform.http.MultipartForm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;

/**
 * Writes a message with a file as Rails reads it: members of objects as {@code name[member]}, the file as
 * {@code attachments[]}.
 */
final class RailsForm {

    private RailsForm() {}

    static MultipartForm of(JsonNode message, Attachment file) {
        var form = new MultipartForm();
        write("", message, form);
        return form.file(
                "attachments[]", file.name(), file.mimeType(), content(file), file.bytes());
    }

    private static void write(String name, JsonNode value, MultipartForm form) {
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
        form.field(name, value.asText());
    }

    private static BodyPublisher content(Attachment file) {
        return BodyPublishers.ofInputStream(
                () -> {
                    try {
                        return file.content().open();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }
}
