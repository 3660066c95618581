package org.coexhub.connector.chatbot.dialect;

import org.coexhub.platform.settings.SettingRules;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.time.Duration;
import java.util.List;

/**
 * Settings of the bot: which one it is, and how it is reached.
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
        var rules =
                SettingRules.of("hub.chatbot")
                        .require(
                                DIALECTS.contains(dialect),
                                "dialect",
                                "must be one of " + String.join(", ", DIALECTS),
                                "rasa")
                        .positive("timeout", timeout, "15s")
                        .address("url", url, "https://bot.example.com/turn")
                        .address("token-url", tokenUrl, "https://oauth2.googleapis.com/token")
                        .atLeast("max-tokens", maxTokens, 1, "500")
                        .atLeast("memory", memory, 0, "20")
                        .atLeast("memory-characters", memoryCharacters, 0, "12000")
                        .atLeast("daily-tokens", dailyTokens, 0, "2000000");
        if (!url.isEmpty()) {
            switch (dialect) {
                case "botpress" ->
                        needed(rules, callbackKey, "callback-key", "openssl rand -hex 32");
                case "dialogflow-cx" ->
                        neededFile(rules, keyFile, "key-file", "/etc/hub/dialogflow.json");
                case "direct-line" -> needed(rules, token, "token", "the secret of the channel");
                case "openai" -> {
                    neededFile(rules, promptFile, "prompt-file", "/etc/hub/prompt.txt");
                    needed(rules, model, "model", "llama3.1");
                }
                default -> {
                    // An address is all they need.
                }
            }
        }
        rules.check();
    }

    String[] bearer() {
        return token.isEmpty() ? new String[0] : new String[] {"Authorization", "Bearer " + token};
    }

    @Override
    public String toString() {
        return "BotSettings[dialect=" + dialect + ", url=" + url + "]";
    }

    private static void needed(SettingRules rules, String value, String name, String example) {
        rules.require(!value.isBlank(), name, "is missing: this dialect needs it", example);
    }

    private static void neededFile(SettingRules rules, String value, String name, String example) {
        needed(rules, value, name, example);
        rules.file(name, value, example);
    }
}
