package org.coexhub.connector.chatbot;

import org.apache.camel.spi.HeaderFilterStrategy;
import org.coexhub.outbound.command.intake.CommandIntake;
import org.coexhub.platform.http.OnlyHeaders;
import org.coexhub.platform.http.WebhookRule;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Creates beans of the chatbot bridge and binds its settings. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ChatbotSettings.class)
class ChatbotConfiguration {

    @Bean
    WebhookRule chatbotRule(SpokenReplies replies) {
        return new WebhookRule(
                "/webhooks/chatbot",
                CommandIntake.MOST_BYTES,
                request -> replies.isOurs(request.getParameter("key")));
    }

    /** Of what a caller of {@code /webhooks/chatbot} sends, only the query reaches the route, which has its key. */
    @Bean
    HeaderFilterStrategy chatbotHeaders() {
        return new OnlyHeaders(SpokenReplies.KEY);
    }
}
