package org.coexhub.connector.chatbot.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.connector.chatbot.http.BotFailedException;
import org.coexhub.connector.chatbot.http.BotHttpClient;
import org.coexhub.connector.chatbot.render.BotReply;
import org.coexhub.event.CloudEvent;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * The hub's own contract.
 *
 * <p>Asked: {@code {event, number, conversation, customer, message: {id, type, text, …}, messages?: […], history: […],
 * window}}. Answered: {@code {replies: [<Cloud API message without to and from>, …], handover?: "human"}}, or nothing.
 */
final class GenericDialect implements Dialect {

    private static final List<String> PARTS =
            List.of("interactive", "media", "location", "contacts", "order", "context", "referral");

    private final BotHttpClient line;
    private final URI url;
    private final String[] headers;

    GenericDialect(BotHttpClient line, BotSettings settings) {
        this.line = line;
        this.url = URI.create(settings.url());
        this.headers = settings.bearer();
    }

    @Override
    public BotAnswer ask(BotTurn turn) {
        return read(line.call().post(url, question(turn), headers));
    }

    static ObjectNode question(BotTurn turn) {
        CloudEvent event = turn.event();
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        request.put("event", event.id());
        request.put("number", event.phoneNumberId());
        request.put("conversation", event.subject());
        request.set("customer", turn.customer());
        request.set("message", message(turn.last()));
        if (turn.said().size() > 1) {
            ArrayNode messages = request.putArray("messages");
            turn.said().forEach(said -> messages.add(message(said)));
        }
        request.set("history", event.conversation().path("recent"));
        request.set("window", event.conversation().path("window"));
        return request;
    }

    private static ObjectNode message(BotTurn.Said said) {
        ObjectNode message = JsonNodeFactory.instance.objectNode();
        message.set("id", said.part("wamid"));
        message.put("type", said.type());
        message.put("text", said.event().text());
        message.put("time", said.event().time());
        if (said.payload() != null) {
            message.put("payload", said.payload());
        }
        for (String part : PARTS) {
            JsonNode given = said.part(part);
            if (!given.isMissingNode() && !given.isNull()) {
                message.set(part, given);
            }
        }
        return message;
    }

    private static BotAnswer read(JsonNode answer) {
        if (!answer.isObject() && !answer.isMissingNode()) {
            throw BotFailedException.unreadable("it is not an object");
        }
        if (!answer.isEmpty() && !answer.has("replies") && !answer.has("handover")) {
            throw BotFailedException.unreadable("it has neither replies nor handover");
        }
        JsonNode given = answer.path("replies");
        if (!given.isArray() && !given.isMissingNode() && !given.isNull()) {
            throw BotFailedException.unreadable("replies is not an array");
        }
        var replies = new ArrayList<BotReply>();
        for (JsonNode reply : given) {
            if (!(reply instanceof ObjectNode message)) {
                throw BotFailedException.unreadable("a reply is not an object");
            }
            replies.add(new BotReply.Ready(message));
        }
        return BotAnswer.of(replies, Signal.handsOver(answer));
    }
}
