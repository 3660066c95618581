package org.coexhub.chatbot.dialect;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Which bot, and how it is reached.
 *
 * @param dialect what it speaks
 * @param url where it is asked; empty: no bot
 * @param token sent as {@code Authorization: Bearer}; empty: none
 * @param timeout longest wait for one answer
 * @param language of the customers, for bots that have to be told
 * @param keyFile JSON key of the Google service account
 * @param tokenUrl where Google's tokens are got; empty: as the key file says
 * @param callbackKey what a bot that answers by itself has to name
 * @param promptFile the language model's system prompt
 * @param model name of the language model
 * @param temperature of the language model; null: its own
 * @param maxTokens longest answer of the language model
 * @param tokensParameter what the model calls that limit
 * @param tools whether the model is offered a tool to hand over by
 * @param memory messages of the conversation that the language model is told
 * @param memoryCharacters how long those may be together
 * @param dailyTokens what the language model may use in a day of UTC; 0: no limit
 */
@ConfigurationProperties("hub.chatbot")
public record BotSettings(
        @DefaultValue("generic") String dialect,
        @DefaultValue("") String url,
        @DefaultValue("") String token,
        @DefaultValue("15s") Duration timeout,
        @DefaultValue("en") String language,
        @DefaultValue("") String keyFile,
        @DefaultValue("") String tokenUrl,
        @DefaultValue("") String callbackKey,
        @DefaultValue("") String promptFile,
        @DefaultValue("") String model,
        Double temperature,
        @DefaultValue("500") int maxTokens,
        @DefaultValue("max_tokens") String tokensParameter,
        @DefaultValue("true") boolean tools,
        @DefaultValue("20") int memory,
        @DefaultValue("12000") int memoryCharacters,
        @DefaultValue("0") long dailyTokens) {

    static final List<String> DIALECTS =
            List.of("generic", "rasa", "botpress", "dialogflow-cx", "direct-line", "openai");

    public BotSettings {
        if (!DIALECTS.contains(dialect)) {
            fault("dialect must be one of " + String.join(", ", DIALECTS));
        }
        if (timeout.isNegative() || timeout.isZero()) {
            fault("timeout must be longer than nothing, e.g. 15s");
        }
        if (!url.isEmpty()) {
            if (!url.matches("(?i)https?://.+")) {
                fault("url must be an http or https address, e.g. https://bot.example.com/turn");
            }
            switch (dialect) {
                case "botpress" -> required(callbackKey, "callback-key", "openssl rand -hex 32");
                case "dialogflow-cx" -> file(keyFile, "key-file", "/etc/hub/dialogflow.json");
                case "direct-line" -> required(token, "token", "the secret of the channel");
                case "openai" -> {
                    file(promptFile, "prompt-file", "/etc/hub/prompt.txt");
                    required(model, "model", "llama3.1");
                    if (maxTokens < 1 || memory < 0 || memoryCharacters < 0 || dailyTokens < 0) {
                        fault("max-tokens must be 1 or more, the other limits 0 or more");
                    }
                }
                default -> {
                    // An address is all they need.
                }
            }
        }
    }

    String[] bearer() {
        return token.isEmpty() ? new String[0] : new String[] {"Authorization", "Bearer " + token};
    }

    @Override
    public String toString() {
        return "BotSettings[dialect=" + dialect + ", url=" + url + "]";
    }

    private static void required(String value, String name, String example) {
        if (value.isBlank()) {
            fault(name + " is needed by this dialect, e.g. " + example);
        }
    }

    private static void file(String value, String name, String example) {
        required(value, name, example);
        if (!Files.isReadable(Path.of(value))) {
            fault(name + " names no readable file, e.g. " + example);
        }
    }

    private static void fault(String what) {
        throw new IllegalArgumentException("hub.chatbot." + what);
    }
}
