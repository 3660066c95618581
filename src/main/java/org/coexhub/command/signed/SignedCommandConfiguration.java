package org.coexhub.command.signed;

import org.apache.camel.spi.HeaderFilterStrategy;
import org.coexhub.webhook.OnlyHeaders;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SignedCommandSettings.class)
class SignedCommandConfiguration {

    @Bean
    HeaderFilterStrategy signedCommandHeaders() {
        return new OnlyHeaders(
                StandardWebhooksSignature.ID,
                StandardWebhooksSignature.TIMESTAMP,
                StandardWebhooksSignature.SIGNATURE);
    }
}
