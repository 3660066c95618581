package org.coexhub.connector.chatbot.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.connector.chatbot.http.BotFailedException;
import org.coexhub.connector.chatbot.http.BotHttpClient;
import org.coexhub.connector.chatbot.render.BotReply;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * Rasa's REST channel: {@code POST /webhooks/rest/webhook} with {@code {sender, message, metadata}}, answered by an
 * array of {@code {recipient_id, text?, image?, buttons?, attachment?, custom?}}.
 *
 * <p>Source: rasa.com/docs, reference, channels, "Your Own Website".
 */
final class RasaDialect implements Dialect {

    private final BotHttpClient line;
    private final URI url;
    private final String[] headers;

    RasaDialect(BotHttpClient line, BotSettings settings) {
        this.line = line;
        this.url = URI.create(settings.url());
        this.headers = settings.bearer();
    }

    @Override
    public BotAnswer ask(BotTurn turn) {
        ObjectNode question = JsonNodeFactory.instance.objectNode();
        question.put("sender", turn.conversation().value());
        question.put("message", turn.words());
        ObjectNode about = question.putObject("metadata");
        about.put("event", turn.id().value());
        about.put("number", turn.event().phoneNumberId());
        about.set("customer", turn.customer());
        about.put("type", turn.last().type());
        if (turn.last().part("media").isObject()) {
            about.set("media", turn.last().part("media"));
        }
        return read(line.call().post(url, question, headers));
    }

    private static BotAnswer read(JsonNode answer) {
        if (!answer.isArray()) {
            throw BotFailedException.unreadable("not an array, as Rasa's REST channel has it");
        }
        var replies = new ArrayList<BotReply>();
        boolean handover = false;
        for (JsonNode said : answer) {
            words(said, replies);
            if (said.hasNonNull("attachment")) {
                attachment(said.path("attachment"), replies);
            }
            JsonNode custom = said.path("custom");
            handover |= Signal.handsOver(custom);
            Signal.ready(custom, replies);
        }
        return BotAnswer.of(replies, handover);
    }

    private static void words(JsonNode said, List<BotReply> replies) {
        String text = said.path("text").asText("");
        String image = said.path("image").asText("");
        List<BotReply.Choice> choices = choices(said.path("buttons"));
        if (!image.isBlank()) {
            String caption = choices.isEmpty() ? text : "";
            replies.add(new BotReply.Media(BotReply.Kind.IMAGE, image, caption, null));
        }
        if (!choices.isEmpty()) {
            replies.add(new BotReply.Choices(text, choices));
        } else if (image.isBlank() && !text.isBlank()) {
            replies.add(new BotReply.Text(text));
        }
    }

    private static List<BotReply.Choice> choices(JsonNode buttons) {
        var choices = new ArrayList<BotReply.Choice>();
        for (JsonNode button : buttons) {
            String title = button.path("title").asText("");
            choices.add(new BotReply.Choice(title, button.path("payload").asText(title)));
        }
        return choices;
    }

    /** An address, or {@code {type, payload: {src | url, title?}}}. */
    private static void attachment(JsonNode attachment, List<BotReply> replies) {
        JsonNode payload = attachment.path("payload");
        String url =
                attachment.isTextual()
                        ? attachment.textValue()
                        : payload.path("src").asText(payload.path("url").asText(""));
        BotReply.Kind kind = BotReply.Kind.of(attachment.path("type").asText() + "/");
        if (!url.isBlank()) {
            replies.add(new BotReply.Media(kind, url, payload.path("title").asText(null), null));
        }
    }
}
