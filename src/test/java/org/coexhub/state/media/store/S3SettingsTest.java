package org.coexhub.state.media.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class S3SettingsTest {

    @Test
    void aBucketIsEnoughForAmazon() {
        var settings = new S3Settings("hub-media", "us-east-1", "", "", "", "");

        assertThat(settings.bucket()).isEqualTo("hub-media");
    }

    @Test
    void keysAreNotShown() {
        var settings =
                new S3Settings(
                        "hub-media", "any", "http://minio:9000", "an-access-key", "a-secret", "");

        assertThat(settings.toString())
                .contains("hub-media", "http://minio:9000")
                .doesNotContain("a-secret", "an-access-key");
    }

    @ParameterizedTest
    @CsvSource({
        "'', eu-central-1, '', a, b, '', bucket",
        "Hub_Media, eu-central-1, '', a, b, '', bucket",
        "hub-media, Frankfurt am Main, '', a, b, '', region",
        "hub-media, eu-central-1, minio:9000, a, b, '', endpoint",
        "hub-media, eu-central-1, http://minio/hub-media, a, b, '', endpoint",
        "hub-media, eu-central-1, '', a, '', '', secret-key",
        "hub-media, eu-central-1, '', '', b, '', access-key",
        "hub-media, eu-central-1, '', a, b, ../x y, prefix"
    })
    void aWrongValueIsNamed(
            String bucket,
            String region,
            String endpoint,
            String access,
            String secret,
            String prefix,
            String named) {
        assertThatThrownBy(() -> new S3Settings(bucket, region, endpoint, access, secret, prefix))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("hub.media.s3.")
                .hasMessageContaining(named);
    }

    @Test
    void aStoreIsAFolderOrABucket() {
        assertThatThrownBy(() -> new MediaStoreSettings("ftp"))
                .hasMessage("HUB_MEDIA_STORE (hub.media.store) must be file or s3, e.g. file");
    }
}
