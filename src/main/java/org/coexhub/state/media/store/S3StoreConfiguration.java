package org.coexhub.state.media.store;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;

import java.net.URI;
import java.time.Duration;

/** Puts the bucket in place of the folder, where {@code hub.media.store} says so. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "hub.media.store", havingValue = MediaStoreSettings.S3)
@EnableConfigurationProperties(S3Settings.class)
class S3StoreConfiguration {

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration SILENCE = Duration.ofSeconds(30);

    /** The SDK's own repetitions included; shorter than the time a file may take to get into the store. */
    private static final Duration LONGEST_CALL = Duration.ofMinutes(4);

    @Bean(destroyMethod = "close")
    S3Client mediaS3Client(S3Settings settings) {
        return client(settings);
    }

    @Bean
    MediaStore s3MediaStore(S3Client mediaS3Client, S3Settings settings) {
        return new S3MediaStore(mediaS3Client, settings);
    }

    /** As plain as the protocol allows: no chunks, no checksums in trailers, since not every S3 understands them. */
    static S3Client client(S3Settings settings) {
        boolean elsewhere = !settings.endpoint().isEmpty();
        S3ClientBuilder builder =
                S3Client.builder()
                        .region(Region.of(settings.region()))
                        .credentialsProvider(credentials(settings))
                        .httpClientBuilder(
                                UrlConnectionHttpClient.builder()
                                        .connectionTimeout(CONNECT)
                                        .socketTimeout(SILENCE))
                        .overrideConfiguration(all -> all.apiCallTimeout(LONGEST_CALL))
                        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                        .serviceConfiguration(
                                S3Configuration.builder()
                                        .pathStyleAccessEnabled(elsewhere)
                                        .chunkedEncodingEnabled(false)
                                        .build());
        if (elsewhere) {
            builder.endpointOverride(URI.create(settings.endpoint()));
        }
        return builder.build();
    }

    private static AwsCredentialsProvider credentials(S3Settings settings) {
        return settings.accessKey().isEmpty()
                ? DefaultCredentialsProvider.builder().build()
                : StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(settings.accessKey(), settings.secretKey()));
    }
}
