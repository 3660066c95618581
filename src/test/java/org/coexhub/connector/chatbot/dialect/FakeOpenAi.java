package org.coexhub.connector.chatbot.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code /v1/chat/completions}, strict about what a request has to have. */
final class FakeOpenAi extends FakeBot {

    static final String KEY = "sk-of-the-test";
    private volatile ObjectNode message = JSON.createObjectNode();
    private volatile String finish = "stop";
    private volatile int tokens = 100;

    void says(String words) {
        message = JSON.createObjectNode().put("role", "assistant").put("content", words);
        finish = "stop";
    }

    void calls(String tool, String words) {
        says(words);
        message.putArray("tool_calls")
                .addObject()
                .put("id", "call_1")
                .put("type", "function")
                .putObject("function")
                .put("name", tool)
                .put("arguments", "{}");
        finish = "tool_calls";
    }

    void costs(int each) {
        tokens = each;
    }

    @Override
    boolean isQuestion(Request request) {
        return true;
    }

    @Override
    Response answer(Request request) {
        if (!("Bearer " + KEY).equals(request.authorization())) {
            return error(401, "invalid_api_key");
        }
        JsonNode body = request.body();
        if (!request.path().equals("/v1/chat/completions")
                || !body.path("model").isTextual()
                || body.path("messages").isEmpty()) {
            return error(400, "invalid_request_error");
        }
        for (JsonNode each : body.path("messages")) {
            boolean known = each.path("role").asText().matches("system|user|assistant");
            if (!known || each.path("content").asText().isEmpty()) {
                return error(400, "invalid_request_error");
            }
        }
        ObjectNode answer =
                JSON.createObjectNode().put("id", "chatcmpl-1").put("object", "chat.completion");
        answer.putArray("choices")
                .addObject()
                .put("index", 0)
                .put("finish_reason", finish)
                .set("message", message);
        answer.putObject("usage").put("total_tokens", tokens);
        return Response.json(answer);
    }

    private static Response error(int status, String code) {
        return Response.json(status, "{'error':{'message':'…','type':'" + code + "'}}");
    }

    @Override
    String askedWords() {
        JsonNode messages = lastQuestion().body().path("messages");
        return messages.get(messages.size() - 1).path("content").asText();
    }
}
