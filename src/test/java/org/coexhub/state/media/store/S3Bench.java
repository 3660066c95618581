package org.coexhub.state.media.store;

import software.amazon.awssdk.services.s3.S3Client;

/** The store in a bucket, with the client as configured, in front of {@link FakeS3}. */
public final class S3Bench implements AutoCloseable {

    public final FakeS3 s3 = new FakeS3();
    private final S3Client client;
    private final MediaStore store;

    public S3Bench() throws Exception {
        this(FakeS3.SECRET_KEY);
    }

    S3Bench(String secretKey) throws Exception {
        var settings =
                new S3Settings(
                        FakeS3.BUCKET,
                        FakeS3.REGION,
                        s3.endpoint(),
                        FakeS3.ACCESS_KEY,
                        secretKey,
                        "hub/media/");
        client = S3StoreConfiguration.client(settings);
        store = new S3MediaStore(client, settings);
    }

    public MediaStore store() {
        return store;
    }

    @Override
    public void close() {
        client.close();
        s3.close();
    }
}
