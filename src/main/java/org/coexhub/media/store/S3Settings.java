package org.coexhub.media.store;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.net.URI;

/**
 * The bucket that media is kept in.
 *
 * @param bucket has to be there already
 * @param region of the bucket; other makers than Amazon take any, as a rule
 * @param endpoint empty: Amazon's of the region; otherwise the address of another maker's S3, which gets the bucket in the path
 * @param accessKey empty, as the secret then: what the SDK finds in the environment, in a profile, or at the machine it runs on
 * @param prefix put before each key
 */
@ConfigurationProperties("hub.media.s3")
record S3Settings(
        @DefaultValue("") String bucket,
        @DefaultValue("us-east-1") String region,
        @DefaultValue("") String endpoint,
        @DefaultValue("") String accessKey,
        @DefaultValue("") String secretKey,
        @DefaultValue("") String prefix) {

    S3Settings {
        if (!bucket.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")) {
            throw new IllegalArgumentException(
                    "hub.media.s3.bucket must name the bucket while hub.media.store is s3, e.g."
                            + " hub-media");
        }
        if (!region.matches("[a-z0-9-]{2,40}")) {
            throw new IllegalArgumentException(
                    "hub.media.s3.region must be a region, e.g. eu-central-1");
        }
        if (!endpoint.isEmpty() && !isAddress(endpoint)) {
            throw new IllegalArgumentException(
                    "hub.media.s3.endpoint must be an address without a path, e.g."
                            + " https://minio.example:9000");
        }
        if (accessKey.isEmpty() != secretKey.isEmpty()) {
            throw new IllegalArgumentException(
                    "hub.media.s3.access-key and hub.media.s3.secret-key must be given both or"
                            + " neither");
        }
        if (!prefix.matches("([A-Za-z0-9_.-]+/)*[A-Za-z0-9_.-]*")) {
            throw new IllegalArgumentException(
                    "hub.media.s3.prefix must be letters, digits and slashes, e.g. hub/media/");
        }
    }

    private static boolean isAddress(String text) {
        try {
            URI uri = URI.create(text);
            return ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getPath().replace("/", "").isEmpty();
        } catch (IllegalArgumentException notAnAddress) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "S3Settings[bucket=%s, region=%s, endpoint=%s, prefix=%s]"
                .formatted(bucket, region, endpoint, prefix);
    }
}
