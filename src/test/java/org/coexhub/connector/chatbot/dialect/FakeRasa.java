package org.coexhub.connector.chatbot.dialect;

import com.fasterxml.jackson.databind.node.ArrayNode;

/** Rasa with the REST channel: one array of what the assistant says, each with the recipient. */
final class FakeRasa extends FakeBot {

    private volatile ArrayNode messages = JSON.createArrayNode();

    void says(ArrayNode said) {
        messages = said;
    }

    @Override
    Response answer(Request request) {
        if (!request.path().equals("/webhooks/rest/webhook")) {
            return Response.json(404, "{'version':'3.6.0','status':'failure','reason':'NotFound'}");
        }
        if (!request.body().path("sender").isTextual()
                || !request.body().path("message").isTextual()) {
            return Response.json(500, "{'description':'Internal Server Error','status':500}");
        }
        ArrayNode answer = messages.deepCopy();
        answer.forEach(
                m ->
                        ((com.fasterxml.jackson.databind.node.ObjectNode) m)
                                .set("recipient_id", request.body().path("sender")));
        return Response.json(answer);
    }

    @Override
    boolean isQuestion(Request request) {
        return true;
    }

    @Override
    String askedWords() {
        return lastQuestion().body().path("message").asText();
    }
}
