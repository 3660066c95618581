package org.coexhub.state.media.store;

import org.coexhub.platform.settings.OnlyBeside;
import org.coexhub.platform.settings.SettingRules;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.net.URI;

/**
 * Settings of the bucket that media is kept in.
 *
 * @param bucket has to be there already
 * @param region of the bucket; other makers than Amazon take any, as a rule
 * @param endpoint empty: Amazon's of the region; otherwise the address of another maker's S3, which gets the bucket in the path
 * @param accessKey empty, as the secret then: what the SDK finds in the environment, in a profile, or at the machine it runs on
 * @param prefix put before each key
 */
@ConfigurationProperties("hub.media.s3")
@OnlyBeside(setting = "hub.media.store", value = MediaStoreSettings.S3)
record S3Settings(
        @DefaultValue("") String bucket,
        @DefaultValue("us-east-1") String region,
        @DefaultValue("") String endpoint,
        @DefaultValue("") String accessKey,
        @DefaultValue("") String secretKey,
        @DefaultValue("") String prefix) {

    S3Settings {
        SettingRules.of("hub.media.s3")
                .require(
                        bucket.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"),
                        "bucket",
                        "must name the bucket while hub.media.store is s3",
                        "hub-media")
                .require(
                        region.matches("[a-z0-9-]{2,40}"),
                        "region",
                        "must be a region",
                        "eu-central-1")
                .require(
                        endpoint.isEmpty() || isAddress(endpoint),
                        "endpoint",
                        "must be an address without a path",
                        "https://minio.example:9000")
                .require(
                        accessKey.isEmpty() == secretKey.isEmpty(),
                        accessKey.isEmpty() ? "access-key" : "secret-key",
                        "is missing: hub.media.s3.access-key and hub.media.s3.secret-key must be"
                                + " given both or neither",
                        "AKIAIOSFODNN7EXAMPLE")
                .require(
                        prefix.matches("([A-Za-z0-9_.-]+/)*[A-Za-z0-9_.-]*"),
                        "prefix",
                        "must be letters, digits and slashes",
                        "hub/media/")
                .check();
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
