package org.coexhub.webhook;

import io.micrometer.core.instrument.MeterRegistry;

import org.apache.camel.spi.HeaderFilterStrategy;
import org.coexhub.event.WebhookSlicer;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the entrance for webhooks. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WebhookSettings.class)
class WebhookConfiguration {

    /**
     * Conversations are spread over this many partitions; as in Kafka, order is kept within each. Changing it while
     * slices wait in the journal can reorder those.
     */
    private static final int PARTITIONS = 64;

    @Bean("platform-http-engine")
    InlinePlatformHttpEngine platformHttpEngine(
            @Value("${server.port:8080}") int port, MeterRegistry meters) {
        return new InlinePlatformHttpEngine(
                port,
                (path, status) ->
                        meters.counter(
                                        "hub_webhook_received",
                                        "path",
                                        path,
                                        "status",
                                        Integer.toString(status))
                                .increment());
    }

    @Bean
    WebhookSlicer webhookSlicer() {
        return new WebhookSlicer(PARTITIONS);
    }

    /** All that the webhook route reads. */
    @Bean
    HeaderFilterStrategy webhookHeaders() {
        return new OnlyHeaders(Signature.HEADER, "hub.mode", "hub.verify_token", "hub.challenge");
    }
}
