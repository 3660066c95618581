package org.coexhub.connector.chatbot.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Botpress with the Messaging integration; what its bot says lies here until it is delivered to the endpoint. */
final class FakeBotpress extends FakeBot {

    static final String TOKEN = "bp_pat_of_the_test";

    private final AtomicInteger messages = new AtomicInteger();
    private final List<ObjectNode> said = new ArrayList<>();

    /** Each becomes a request of its own to the response endpoint. */
    void says(String type, ObjectNode payload) {
        said.add(
                JSON.createObjectNode()
                        .put("type", type)
                        .put("botpressUserId", "user_01")
                        .put("botpressMessageId", "msg_" + messages.incrementAndGet())
                        .put("botpressConversationId", "conv_01")
                        .set("payload", payload));
    }

    /** What it would post to the response endpoint, in answer to the last question. */
    List<ObjectNode> spoken() {
        String conversation = lastQuestion().body().path("conversationId").asText();
        said.forEach(s -> s.put("conversationId", conversation));
        return List.copyOf(said);
    }

    @Override
    Response answer(Request request) {
        if (!("Bearer " + TOKEN).equals(request.authorization())) {
            return Response.json(401, "{'code':401,'type':'Unauthorized'}");
        }
        for (String needed : List.of("userId", "messageId", "conversationId", "type", "text")) {
            if (!request.body().path(needed).isTextual()) {
                return Response.json(400, "{'code':400,'type':'InvalidPayload'}");
            }
        }
        return new Response(200, "");
    }

    @Override
    boolean isQuestion(Request request) {
        return true;
    }

    @Override
    String askedWords() {
        return lastQuestion().body().path("text").asText();
    }
}
