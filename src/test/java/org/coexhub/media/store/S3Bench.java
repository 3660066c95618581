package org.coexhub.media.store;

import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

import software.amazon.awssdk.services.s3.S3Client;

import java.nio.file.Files;
import java.nio.file.Path;

/** The store in a bucket, with the shipped routes and the client as configured, in front of {@link FakeS3}. */
public final class S3Bench implements AutoCloseable {

    public final FakeS3 s3 = new FakeS3();
    private final CamelContext camel = new DefaultCamelContext();
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
        camel.getPropertiesComponent().addInitialProperty("hub.media.store", "s3");
        camel.getPropertiesComponent().addInitialProperty("hub.media.s3.bucket", FakeS3.BUCKET);
        camel.getRegistry().bind("mediaS3Client", client);
        PluginHelper.getRoutesLoader(camel)
                .loadRoutes(
                        ResourceHelper.fromString(
                                "media-store.camel.yaml",
                                Files.readString(Path.of("routes/media-store.camel.yaml"))));
        camel.start();
        store = new S3MediaStore(camel.createProducerTemplate(), settings.prefix());
    }

    public MediaStore store() {
        return store;
    }

    @Override
    public void close() {
        camel.stop();
        client.close();
        s3.close();
    }
}
