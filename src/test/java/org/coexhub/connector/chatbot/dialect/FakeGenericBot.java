package org.coexhub.connector.chatbot.dialect;

/** A bot of the hub's own contract. */
final class FakeGenericBot extends FakeBot {

    private volatile String answer = "{}";

    void says(String json) {
        answer = json.replace('\'', '"');
    }

    @Override
    Response answer(Request request) {
        boolean complete =
                request.body().hasNonNull("event") && request.body().path("message").isObject();
        return complete ? new Response(200, answer) : new Response(400, "");
    }

    @Override
    boolean isQuestion(Request request) {
        return true;
    }

    @Override
    String askedWords() {
        var body = lastQuestion().body();
        var message = body.path("message");
        return message.path("payload").asText(message.path("text").asText());
    }
}
