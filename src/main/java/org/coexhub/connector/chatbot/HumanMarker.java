package org.coexhub.connector.chatbot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.connector.chatbot.render.BotReply;
import org.coexhub.connector.chatbot.render.WhatsAppForms;

import java.util.List;
import java.util.Objects;

/** A word by which a bot calls people from within what it says; customers do not see it. Empty: there is none. */
record HumanMarker(String marker) {

    boolean isIn(List<BotReply> replies) {
        return !without(replies).equals(replies);
    }

    /** The replies without it, and without those that were nothing else. */
    List<BotReply> without(List<BotReply> replies) {
        return marker.isEmpty()
                ? replies
                : replies.stream().map(this::without).filter(Objects::nonNull).toList();
    }

    private BotReply without(BotReply reply) {
        return switch (reply) {
            case BotReply.Text text -> new BotReply.Text(without(text.words()));
            case BotReply.Choices c -> new BotReply.Choices(without(c.words()), c.choices());
            case BotReply.Link l -> new BotReply.Link(without(l.words()), l.title(), l.url());
            case BotReply.Media m ->
                    new BotReply.Media(m.kind(), m.url(), without(m.caption()), m.fileName());
            case BotReply.Place place -> place;
            case BotReply.Ready ready -> without(ready);
        };
    }

    private BotReply without(BotReply.Ready ready) {
        ObjectNode message = ready.message().deepCopy();
        JsonNode content = message.path(message.path("type").asText("text"));
        if (isIn(content.path("body")) && content instanceof ObjectNode text) {
            text.put("body", without(text.path("body").textValue()));
            return text.path("body").textValue().isEmpty() ? null : new BotReply.Ready(message);
        }
        if (isIn(content.path("body").path("text"))
                && content.path("body") instanceof ObjectNode body) {
            String words = without(body.path("text").textValue());
            body.put("text", words.isEmpty() ? WhatsAppForms.NO_WORDS : words);
        }
        if (isIn(content.path("caption")) && content instanceof ObjectNode file) {
            String words = without(file.path("caption").textValue());
            file.put("caption", words);
            if (words.isEmpty()) {
                file.remove("caption");
            }
        }
        return new BotReply.Ready(message);
    }

    private boolean isIn(JsonNode words) {
        return words.isTextual() && words.textValue().contains(marker);
    }

    private String without(String words) {
        return words == null || !words.contains(marker) ? words : words.replace(marker, "").strip();
    }
}
