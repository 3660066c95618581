package org.coexhub.connector.chatwoot.client;

import java.io.IOException;

/** Thrown when Chatwoot takes no more messages in this conversation within this minute; its limit is 200. */
public final class ChatwootFloodedException extends IOException {

    ChatwootFloodedException() {
        super("HTTP 422: too many messages a minute in one conversation");
    }
}
