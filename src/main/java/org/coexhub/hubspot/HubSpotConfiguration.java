package org.coexhub.hubspot;

import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.coexhub.webhook.OnlyHeaders;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(HubSpotSettings.class)
class HubSpotConfiguration {

    /** The query belongs to what HubSpot signs. */
    @Bean
    HeaderFilterStrategy hubSpotHeaders() {
        return new OnlyHeaders(
                HubSpotSignature.SIGNATURE, HubSpotSignature.TIMESTAMP, Exchange.HTTP_RAW_QUERY);
    }
}
