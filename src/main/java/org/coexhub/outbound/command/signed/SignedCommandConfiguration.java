package org.coexhub.outbound.command.signed;

import org.apache.camel.spi.HeaderFilterStrategy;
import org.coexhub.outbound.command.intake.CommandIntake;
import org.coexhub.platform.http.OnlyHeaders;
import org.coexhub.platform.http.WebhookRule;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Creates beans of signed commands and binds their settings. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SignedCommandSettings.class)
class SignedCommandConfiguration {

    /** Headers and the time that is signed can be looked at before the body. */
    @Bean
    WebhookRule signedCommandRule(SignedCommands commands) {
        return new WebhookRule(
                "/webhooks/commands", CommandIntake.MOST_BYTES, commands::isWorthReading);
    }

    @Bean
    HeaderFilterStrategy signedCommandHeaders() {
        return new OnlyHeaders(
                StandardWebhooksSignature.ID,
                StandardWebhooksSignature.TIMESTAMP,
                StandardWebhooksSignature.SIGNATURE);
    }
}
