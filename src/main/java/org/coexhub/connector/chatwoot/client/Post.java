package org.coexhub.connector.chatwoot.client;

import java.time.Instant;
import java.util.Map;

/**
 * A message as it is to stand in Chatwoot.
 *
 * @param key names it on both sides; Chatwoot keeps it as {@code source_id}
 * @param content null where there is only a file
 * @param attributes Chatwoot's {@code content_attributes}
 * @param at when it was written
 * @param bot whether it is shown in the name of the agent bot, where there is one
 * @param mediaId Meta's id of the file that belongs to it; null for none
 */
public record Post(
        String key,
        Side side,
        String content,
        Map<String, Object> attributes,
        Instant at,
        boolean bot,
        String mediaId) {

    /** Where agents see it. */
    enum Side {
        /** On the customer's side. */
        INCOMING,
        /** On the business's side. */
        OUTGOING,
        /** On the business's side, for agents only. */
        NOTE
    }

    public boolean fromCustomer() {
        return side == Side.INCOMING;
    }

    public Post with(String otherContent) {
        return new Post(key, side, otherContent, attributes, at, bot, null);
    }
}
