package org.coexhub.connector.chatbot.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.connector.chatbot.http.BotFailedException;
import org.coexhub.connector.chatbot.http.BotHttpClient;
import org.coexhub.connector.chatbot.memory.Memory;
import org.coexhub.connector.chatbot.memory.TokenBudget;
import org.coexhub.connector.chatbot.render.BotReply;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A language model behind OpenAI's {@code /v1/chat/completions}, as OpenAI, vLLM, Ollama, LiteLLM and most clouds speak
 * it. The model has no memory: each time it is told the system prompt, the last messages of the conversation and what
 * the customer says now, within a limit of characters. It hands over by calling the tool it is offered.
 *
 * <p>Source: platform.openai.com/docs, API reference, chat completions.
 */
final class OpenAiDialect implements Dialect {

    static final String TOOL = "hand_over_to_human";
    private static final String COMPLETIONS = "/chat/completions";

    private final BotHttpClient line;
    private final BotSettings settings;
    private final URI url;
    private final Path promptFile;
    private final Memory memory;
    private final TokenBudget budget;

    OpenAiDialect(BotHttpClient line, BotSettings settings, Memory memory, TokenBudget budget) {
        this.line = line;
        this.settings = settings;
        String base = settings.url().replaceAll("/+$", "");
        this.url = URI.create(base.endsWith(COMPLETIONS) ? base : base + COMPLETIONS);
        this.promptFile = Path.of(settings.promptFile());
        this.memory = memory;
        this.budget = budget;
    }

    @Override
    public BotAnswer ask(BotTurn turn) {
        budget.check();
        JsonNode answer = line.call().post(url, question(turn), settings.bearer());
        budget.add(answer.path("usage").path("total_tokens").asLong());
        return read(answer);
    }

    private ObjectNode question(BotTurn turn) {
        ObjectNode question = JsonNodeFactory.instance.objectNode();
        question.put("model", settings.model());
        ArrayNode messages = question.putArray("messages");
        messages.addObject().put("role", "system").put("content", prompt());
        remembered(turn)
                .forEach(
                        said ->
                                messages.addObject()
                                        .put("role", said.customer() ? "user" : "assistant")
                                        .put("content", said.words()));
        messages.addObject().put("role", "user").put("content", turn.words());
        question.put(settings.tokensParameter(), settings.maxTokens());
        if (settings.temperature() != null) {
            question.put("temperature", settings.temperature());
        }
        if (settings.tools()) {
            tool(question.putArray("tools").addObject());
        }
        return question;
    }

    /** Read anew each time, so a changed prompt counts at once. */
    private String prompt() {
        try {
            return Files.readString(promptFile);
        } catch (IOException e) {
            throw BotFailedException.passing("HUB_CHATBOT_PROMPT_FILE is not readable");
        }
    }

    /** The newest that have room, without what the customer says now. */
    private List<Memory.Line> remembered(BotTurn turn) {
        Set<String> now = new HashSet<>();
        turn.said().forEach(said -> now.add(said.event().id()));
        List<Memory.Line> all =
                memory.of(turn.conversation(), settings.memory() + now.size()).stream()
                        .filter(said -> !now.contains(said.event()) && !said.words().isBlank())
                        .toList();
        var chosen = new ArrayList<Memory.Line>();
        int room = settings.memoryCharacters();
        for (Memory.Line said : all.reversed()) {
            room -= said.words().length();
            if (room < 0 || chosen.size() == settings.memory()) {
                break;
            }
            chosen.addFirst(said);
        }
        return chosen;
    }

    private static void tool(ObjectNode tool) {
        ObjectNode function = tool.put("type", "function").putObject("function");
        function.put("name", TOOL);
        function.put(
                "description",
                "Gives the conversation to a person of the business. Call it when the customer"
                        + " asks for a person or you cannot help.");
        function.putObject("parameters").put("type", "object").putObject("properties");
    }

    private static BotAnswer read(JsonNode answer) {
        JsonNode message = answer.path("choices").path(0).path("message");
        if (!message.isObject()) {
            throw BotFailedException.unreadable("choices[0].message is missing");
        }
        boolean handover = false;
        for (JsonNode call : message.path("tool_calls")) {
            handover |= TOOL.equals(call.path("function").path("name").asText());
        }
        String words = message.path("content").asText("").strip();
        if (words.isEmpty() && !handover) {
            throw BotFailedException.passing("the model said nothing");
        }
        List<BotReply> replies = words.isEmpty() ? List.of() : List.of(new BotReply.Text(words));
        return BotAnswer.of(replies, handover);
    }
}
