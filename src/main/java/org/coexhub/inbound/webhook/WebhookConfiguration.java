package org.coexhub.inbound.webhook;

import io.micrometer.core.instrument.MeterRegistry;

import org.apache.camel.spi.HeaderFilterStrategy;
import org.coexhub.event.slice.WebhookSlicer;
import org.coexhub.platform.http.InlinePlatformHttpEngine;
import org.coexhub.platform.http.OnlyHeaders;
import org.coexhub.platform.http.RefusedCallers;
import org.coexhub.platform.http.RouteThreads;
import org.coexhub.platform.http.UnverifiedBytes;
import org.coexhub.platform.http.WebhookRule;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.util.List;

/** Creates the beans of the entrance for webhooks. */
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
            @Value("${server.port:8080}") int port,
            UnverifiedBytes unverified,
            RouteThreads threads,
            List<WebhookRule> rules,
            MeterRegistry meters,
            RefusedCallers refused) {
        return new InlinePlatformHttpEngine(
                port,
                unverified,
                threads,
                rules,
                (path, status) ->
                        meters.counter(
                                        "hub_webhook_received",
                                        "path",
                                        path,
                                        "status",
                                        Integer.toString(status))
                                .increment(),
                refused);
    }

    @Bean
    RouteThreads routeThreads() {
        return new RouteThreads();
    }

    /** The route waits for nothing on its thread: the journal's goes on with it. */
    @Bean
    WebhookRule metaRule() {
        return new WebhookRule(
                "/webhooks/whatsapp",
                WebhookRule.MOST_BYTES,
                request ->
                        "GET".equals(request.getMethod())
                                || Signature.isWellFormed(request.getHeader(Signature.HEADER)),
                false);
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
