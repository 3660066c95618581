package org.coexhub.media.store;

import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.aws2.s3.AWS2S3Constants;

import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Objects in a bucket, reached by the routes of {@code media-store.camel.yaml}. S3 has an object whole or not at all, and answers
 * a put once it is durable. Whatever fails is an {@link IOException}, so that it is tried again by whoever tries again what a disk
 * refuses.
 */
final class S3MediaStore implements MediaStore {

    private static final String PUT = "direct:media-put";
    private static final String OPEN = "direct:media-open";
    private static final String DELETE = "direct:media-delete";

    private final ProducerTemplate camel;
    private final String prefix;

    /** @param prefix put before each key */
    S3MediaStore(ProducerTemplate camel, String prefix) {
        this.camel = camel;
        this.prefix = prefix;
    }

    @Override
    public void put(String key, Path file) throws IOException {
        call(PUT, key, file.toFile());
    }

    /** The stream comes from the network and keeps a connection until it is closed. */
    @Override
    public InputStream open(String key) throws IOException {
        return call(OPEN, key, null).getMessage().getBody(InputStream.class);
    }

    /** S3 itself does nothing for a key it does not know. */
    @Override
    public void delete(String key) throws IOException {
        call(DELETE, key, null);
    }

    private Exchange call(String route, String key, Object body) throws IOException {
        if (!key.matches("[A-Za-z0-9]{2,128}")) {
            throw new IllegalArgumentException("a key has letters and digits only");
        }
        Exchange answer =
                camel.request(
                        route,
                        exchange -> {
                            exchange.getMessage().setBody(body);
                            exchange.getMessage().setHeader(AWS2S3Constants.KEY, prefix + key);
                        });
        Exception failure = answer.getException();
        if (failure instanceof NoSuchKeyException) {
            throw new NoSuchFileException(key);
        }
        if (failure != null) {
            throw new IOException("S3: " + failure.getMessage(), failure);
        }
        return answer;
    }
}
