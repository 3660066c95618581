package org.coexhub.connector.chatbot.dialect;

import org.coexhub.connector.chatbot.http.BotHttpClient;
import org.coexhub.connector.chatbot.http.ServiceAccount;
import org.coexhub.connector.chatbot.memory.BotSessions;
import org.coexhub.connector.chatbot.memory.Memory;
import org.coexhub.connector.chatbot.memory.TokenBudget;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.nio.file.Path;
import java.time.InstantSource;

import javax.sql.DataSource;

/** Chooses the dialect by the settings. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(BotSettings.class)
class Dialects {

    /** Without an address nobody asks it. */
    @Bean
    Dialect dialect(BotSettings settings, Memory memory, DataSource database, InstantSource clock) {
        var line = new BotHttpClient(settings.timeout());
        if (settings.url().isEmpty()) {
            return new GenericDialect(line, settings);
        }
        return switch (settings.dialect()) {
            case "rasa" -> new RasaDialect(line, settings);
            case "botpress" -> new BotpressDialect(line, settings);
            case "dialogflow-cx" ->
                    new DialogflowDialect(
                            line,
                            settings,
                            ServiceAccount.of(
                                    Path.of(settings.keyFile()), settings.tokenUrl(), clock));
            case "direct-line" -> new DirectLineDialect(line, settings, new BotSessions(database));
            case "openai" ->
                    new OpenAiDialect(
                            line,
                            settings,
                            memory,
                            new TokenBudget(database, settings.dailyTokens(), clock));
            default -> new GenericDialect(line, settings);
        };
    }
}
