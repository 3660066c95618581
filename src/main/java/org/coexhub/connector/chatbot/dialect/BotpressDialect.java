package org.coexhub.connector.chatbot.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.connector.chatbot.http.BotFailedException;
import org.coexhub.connector.chatbot.http.BotHttpClient;
import org.coexhub.connector.chatbot.render.BotReply;
import org.coexhub.event.ConversationId;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Botpress by its Messaging integration: a message is posted to the integration's webhook, and each thing the bot says
 * comes as a request of its own to the hub's {@code /webhooks/chatbot}, with the conversation's id as the hub gave it.
 *
 * <p>Source: botpress.com/integrations/messaging and the Postman page linked there; message kinds from
 * botpress.com/docs, Runtime API, createMessage.
 */
public final class BotpressDialect implements Dialect {

    private final BotHttpClient line;
    private final URI url;
    private final String[] headers;

    BotpressDialect(BotHttpClient line, BotSettings settings) {
        this.line = line;
        this.url = URI.create(settings.url());
        this.headers = settings.bearer();
    }

    /** What the bot says by itself; {@code id} tells a repetition. */
    public record Spoken(ConversationId conversation, String id, BotAnswer answer) {}

    @Override
    public BotAnswer ask(BotTurn turn) {
        ObjectNode question = JsonNodeFactory.instance.objectNode();
        question.put("userId", turn.conversation().value());
        question.put("messageId", turn.id().value());
        question.put("conversationId", turn.conversation().value());
        question.put("type", "text");
        question.put("text", turn.words());
        ObjectNode about = question.putObject("payload");
        about.put("number", turn.event().phoneNumberId());
        about.set("customer", turn.customer());
        about.put("messageType", turn.last().type());
        if (turn.last().part("media").isObject()) {
            about.set("media", turn.last().part("media"));
        }
        line.call().post(url, question, headers);
        return BotAnswer.NOTHING;
    }

    @Override
    public boolean answersLater() {
        return true;
    }

    /**
     * Reads a request of the integration; empty for the one by which it tries the address.
     *
     * @throws BotFailedException it lacks what it has to have
     */
    public Optional<Spoken> read(JsonNode request) {
        if (request.path("type").asText().equals("test")) {
            return Optional.empty();
        }
        String conversation = request.path("conversationId").asText("");
        String id = request.path("botpressMessageId").asText("");
        if (conversation.isBlank() || id.isBlank()) {
            throw BotFailedException.unreadable("conversationId or botpressMessageId is missing");
        }
        var replies = new ArrayList<BotReply>();
        JsonNode payload = request.path("payload");
        said(request.path("type").asText(), payload, replies);
        boolean handover = Signal.handsOver(payload) || Signal.handsOver(payload.path("metadata"));
        return Optional.of(
                new Spoken(new ConversationId(conversation), id, BotAnswer.of(replies, handover)));
    }

    /** Whom a request is about, also one that cannot be read. */
    public Optional<ConversationId> conversationOf(JsonNode request) {
        String conversation = request.path("conversationId").asText("");
        return conversation.isBlank()
                ? Optional.empty()
                : Optional.of(new ConversationId(conversation));
    }

    private static void said(String type, JsonNode payload, List<BotReply> replies) {
        switch (type) {
            case "text" -> replies.add(new BotReply.Text(text(payload, "text")));
            case "markdown" -> replies.add(new BotReply.Text(text(payload, "markdown")));
            case "choice", "dropdown" ->
                    replies.add(
                            new BotReply.Choices(
                                    text(payload, "text"), choices(payload.path("options"))));
            case "image" -> media(BotReply.Kind.IMAGE, payload, "imageUrl", replies);
            case "audio" -> media(BotReply.Kind.AUDIO, payload, "audioUrl", replies);
            case "video" -> media(BotReply.Kind.VIDEO, payload, "videoUrl", replies);
            case "file" -> media(BotReply.Kind.DOCUMENT, payload, "fileUrl", replies);
            case "location" ->
                    replies.add(
                            new BotReply.Place(
                                    payload.path("latitude").asDouble(),
                                    payload.path("longitude").asDouble(),
                                    payload.path("title").asText(null),
                                    payload.path("address").asText(null)));
            case "card" -> card(payload, replies);
            case "carousel" -> payload.path("items").forEach(card -> card(card, replies));
            case "bloc" ->
                    payload.path("items")
                            .forEach(
                                    item ->
                                            said(
                                                    text(item, "type"),
                                                    item.has("payload")
                                                            ? item.path("payload")
                                                            : item,
                                                    replies));
            default -> Signal.ready(payload, replies);
        }
    }

    private static void media(
            BotReply.Kind kind, JsonNode payload, String address, List<BotReply> replies) {
        String title = payload.path("title").asText(null);
        replies.add(new BotReply.Media(kind, text(payload, address), title, title));
    }

    private static void card(JsonNode card, List<BotReply> replies) {
        String words = (text(card, "title") + "\n" + text(card, "subtitle")).strip();
        if (card.hasNonNull("imageUrl")) {
            replies.add(
                    new BotReply.Media(BotReply.Kind.IMAGE, text(card, "imageUrl"), null, null));
        }
        var choices = new ArrayList<BotReply.Choice>();
        for (JsonNode action : card.path("actions")) {
            if (action.path("action").asText().equals("url")) {
                replies.add(new BotReply.Link(words, text(action, "label"), text(action, "value")));
                words = "";
            } else {
                choices.add(new BotReply.Choice(text(action, "label"), text(action, "value")));
            }
        }
        if (!choices.isEmpty() || !words.isEmpty()) {
            replies.add(new BotReply.Choices(words, choices));
        }
    }

    private static List<BotReply.Choice> choices(JsonNode options) {
        var choices = new ArrayList<BotReply.Choice>();
        for (JsonNode option : options) {
            String label = option.path("label").asText("");
            choices.add(new BotReply.Choice(label, option.path("value").asText(label)));
        }
        return choices;
    }

    private static String text(JsonNode node, String name) {
        return node.path(name).asText("");
    }
}
