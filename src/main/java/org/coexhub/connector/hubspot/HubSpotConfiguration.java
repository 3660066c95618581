package org.coexhub.connector.hubspot;

import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.coexhub.outbound.command.intake.CommandIntake;
import org.coexhub.platform.http.OnlyHeaders;
import org.coexhub.platform.http.WebhookRule;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.time.InstantSource;

/** Creates beans of the connection to HubSpot and binds its settings. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(HubSpotSettings.class)
class HubSpotConfiguration {

    @Bean
    WebhookRule hubSpotRule(InstantSource clock) {
        return new WebhookRule(
                "/webhooks/hubspot",
                CommandIntake.MOST_BYTES,
                request ->
                        HubSpotSignature.couldMatch(
                                request.getHeader(HubSpotSignature.SIGNATURE),
                                request.getHeader(HubSpotSignature.TIMESTAMP),
                                clock.instant()));
    }

    /** The query belongs to what HubSpot signs. */
    @Bean
    HeaderFilterStrategy hubSpotHeaders() {
        return new OnlyHeaders(
                HubSpotSignature.SIGNATURE, HubSpotSignature.TIMESTAMP, Exchange.HTTP_RAW_QUERY);
    }
}
