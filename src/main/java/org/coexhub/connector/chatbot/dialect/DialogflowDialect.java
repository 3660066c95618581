package org.coexhub.connector.chatbot.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.connector.chatbot.http.BotFailedException;
import org.coexhub.connector.chatbot.http.BotHttpClient;
import org.coexhub.connector.chatbot.http.ServiceAccount;
import org.coexhub.connector.chatbot.render.BotReply;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Dialogflow CX, {@code v3 …/sessions/<session>:detectIntent}, as a Google service account. Custom payloads are read as
 * Dialogflow Messenger's {@code richContent}.
 *
 * <p>Source: cloud.google.com/dialogflow/cx/docs, REST reference v3, sessions.detectIntent and ResponseMessage.
 */
final class DialogflowDialect implements Dialect {

    /** Google takes no longer question. */
    private static final int MOST_CHARACTERS = 256;

    private static final int UNAUTHORIZED = 401;

    private final BotHttpClient line;
    private final String agent;
    private final String language;
    private final ServiceAccount account;

    DialogflowDialect(BotHttpClient line, BotSettings settings, ServiceAccount account) {
        this.line = line;
        this.agent = settings.url().replaceAll("/+$", "");
        this.language = settings.language();
        this.account = account;
    }

    @Override
    public BotAnswer ask(BotTurn turn) {
        BotHttpClient.Call call = line.call();
        URI url = URI.create(agent + "/sessions/" + session(turn) + ":detectIntent");
        ObjectNode question = question(turn);
        String token = account.token(call);
        try {
            return read(call.post(url, question, bearer(token)));
        } catch (BotFailedException refused) {
            if (refused.status() != UNAUTHORIZED) {
                throw refused;
            }
            account.forget(token);
            return read(call.post(url, question, bearer(account.token(call))));
        }
    }

    /** A session id has 36 characters at most. */
    private static String session(BotTurn turn) {
        return UUID.nameUUIDFromBytes(turn.conversation().value().getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    private ObjectNode question(BotTurn turn) {
        ObjectNode question = JsonNodeFactory.instance.objectNode();
        ObjectNode input = question.putObject("queryInput");
        input.putObject("text").put("text", shortened(turn.words()));
        input.put("languageCode", language);
        ObjectNode about = question.putObject("queryParams").putObject("payload");
        about.put("event", turn.id().value());
        about.put("conversation", turn.conversation().value());
        about.put("number", turn.event().phoneNumberId());
        about.set("customer", turn.customer());
        return question;
    }

    private static String shortened(String words) {
        return words.codePointCount(0, words.length()) <= MOST_CHARACTERS
                ? words
                : words.substring(0, words.offsetByCodePoints(0, MOST_CHARACTERS));
    }

    private static String[] bearer(String token) {
        return new String[] {"Authorization", "Bearer " + token};
    }

    private static BotAnswer read(JsonNode answer) {
        JsonNode result = answer.path("queryResult");
        if (!result.isObject()) {
            throw BotFailedException.unreadable("queryResult is missing");
        }
        var replies = new ArrayList<BotReply>();
        boolean handover = false;
        for (JsonNode message : result.path("responseMessages")) {
            for (JsonNode text : message.path("text").path("text")) {
                replies.add(new BotReply.Text(text.asText()));
            }
            JsonNode payload = message.path("payload");
            payload.path("richContent")
                    .forEach(column -> column.forEach(part -> rich(part, replies)));
            Signal.ready(payload, replies);
            handover |= message.has("liveAgentHandoff") || Signal.handsOver(payload);
        }
        return BotAnswer.of(replies, handover);
    }

    private static void rich(JsonNode part, List<BotReply> replies) {
        switch (part.path("type").asText()) {
            case "chips" -> chips(part.path("options"), replies);
            case "image" ->
                    replies.add(
                            new BotReply.Media(
                                    BotReply.Kind.IMAGE,
                                    part.path("rawUrl").asText(),
                                    part.path("accessibilityText").asText(null),
                                    null));
            case "button" -> button(part, replies);
            case "list" ->
                    replies.add(
                            new BotReply.Choices(
                                    "",
                                    List.of(
                                            new BotReply.Choice(
                                                    part.path("title").asText(),
                                                    null,
                                                    part.path("subtitle").asText(null)))));
            case "info", "accordion" -> info(part, replies);
            case "description" -> description(part, replies);
            default -> {
                // Dividers and what Google may invent.
            }
        }
    }

    private static void chips(JsonNode options, List<BotReply> replies) {
        var choices = new ArrayList<BotReply.Choice>();
        for (JsonNode option : options) {
            if (option.hasNonNull("link")) {
                replies.add(link("", option));
            } else {
                choices.add(new BotReply.Choice(option.path("text").asText(), null));
            }
        }
        if (!choices.isEmpty()) {
            replies.add(new BotReply.Choices("", choices));
        }
    }

    private static void button(JsonNode button, List<BotReply> replies) {
        if (button.hasNonNull("link")) {
            replies.add(link("", button));
        } else {
            var choice = new BotReply.Choice(button.path("text").asText(), null);
            replies.add(new BotReply.Choices("", List.of(choice)));
        }
    }

    private static BotReply link(String words, JsonNode part) {
        return new BotReply.Link(words, part.path("text").asText(), part.path("link").asText());
    }

    private static void info(JsonNode info, List<BotReply> replies) {
        String image = info.path("image").path("src").path("rawUrl").asText("");
        String words =
                (info.path("title").asText("")
                                + "\n"
                                + info.path("subtitle").asText("")
                                + "\n"
                                + info.path("text").asText(""))
                        .strip();
        if (!image.isEmpty()) {
            replies.add(new BotReply.Media(BotReply.Kind.IMAGE, image, words, null));
        } else if (info.hasNonNull("actionLink")) {
            replies.add(new BotReply.Link(words, "", info.path("actionLink").asText()));
        } else {
            replies.add(new BotReply.Text(words));
        }
    }

    private static void description(JsonNode part, List<BotReply> replies) {
        var words = new StringBuilder(part.path("title").asText(""));
        part.path("text").forEach(text -> words.append('\n').append(text.asText()));
        replies.add(new BotReply.Text(words.toString()));
    }
}
