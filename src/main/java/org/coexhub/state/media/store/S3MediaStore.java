package org.coexhub.state.media.store;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Keeps files as objects in a bucket. S3 has an object whole or not at all, and answers a put once it is durable.
 * Whatever fails is an {@link IOException}, so that it is tried again by whoever tries again what a disk refuses.
 */
final class S3MediaStore implements MediaStore {

    private final S3Client s3;
    private final String bucket;
    private final String prefix;

    S3MediaStore(S3Client s3, S3Settings settings) {
        this.s3 = s3;
        this.bucket = settings.bucket();
        this.prefix = settings.prefix();
    }

    @Override
    public void put(String key, Path file) throws IOException {
        String object = object(key);
        call(
                key,
                () ->
                        s3.putObject(
                                request -> request.bucket(bucket).key(object),
                                RequestBody.fromFile(file)));
    }

    /** The stream comes from the network and keeps a connection until it is closed. */
    @Override
    public InputStream open(String key) throws IOException {
        String object = object(key);
        return call(key, () -> s3.getObject(request -> request.bucket(bucket).key(object)));
    }

    /** S3 itself does nothing for a key it does not know. */
    @Override
    public void delete(String key) throws IOException {
        String object = object(key);
        call(key, () -> s3.deleteObject(request -> request.bucket(bucket).key(object)));
    }

    private String object(String key) {
        if (!key.matches("[A-Za-z0-9]{2,128}")) {
            throw new IllegalArgumentException("a key has letters and digits only");
        }
        return prefix + key;
    }

    private static <T> T call(String key, Supplier<T> request) throws IOException {
        try {
            return request.get();
        } catch (NoSuchKeyException unknown) {
            throw new NoSuchFileException(key);
        } catch (SdkException | UncheckedIOException failure) {
            throw new IOException("S3: " + failure.getMessage(), failure);
        }
    }
}
