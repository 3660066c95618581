package org.coexhub.connector.chatbot.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.connector.chatbot.http.BotFailedException;
import org.coexhub.connector.chatbot.render.BotReply;

import java.util.List;

/** Reads what any dialect may carry in the free part of a reply: a wish for people, or a message in Meta's own form. */
final class Signal {

    private Signal() {}

    /**
     * {@code {"handover": "human"}}
     *
     * @throws BotFailedException it is something else: whoever set it wanted something, and nobody would know what
     */
    static boolean handsOver(JsonNode free) {
        JsonNode handover = free.path("handover");
        if (handover.isMissingNode() || handover.isNull()) {
            return false;
        }
        if (!"human".equals(handover.textValue())) {
            throw BotFailedException.unreadable("handover is something else than \"human\"");
        }
        return true;
    }

    /** {@code {"whatsapp": {<Cloud API message without to and from>}}} */
    static void ready(JsonNode free, List<BotReply> replies) {
        if (free.path("whatsapp") instanceof ObjectNode message) {
            replies.add(new BotReply.Ready(message));
        }
    }
}
