package org.coexhub.chatbot.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.chatbot.form.BotReply;

import java.util.List;

/** What any dialect may carry in the free part of a reply: a wish for people, or a message in Meta's own form. */
final class Signal {

    private Signal() {}

    /** {@code {"handover": "human"}} */
    static boolean handsOver(JsonNode free) {
        return "human".equals(free.path("handover").asText());
    }

    /** {@code {"whatsapp": {<Cloud API message without to and from>}}} */
    static void ready(JsonNode free, List<BotReply> replies) {
        if (free.path("whatsapp") instanceof ObjectNode message) {
            replies.add(new BotReply.Ready(message));
        }
    }
}
