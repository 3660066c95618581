package org.coexhub.connector.chatwoot.client;

import java.io.IOException;
import java.io.InputStream;

/**
 * A file on its way to Chatwoot.
 *
 * @param bytes its size
 * @param content opens it; each attempt reads anew
 */
public record Attachment(String name, String mimeType, long bytes, Source content) {

    @FunctionalInterface
    public interface Source {
        InputStream open() throws IOException;
    }
}
