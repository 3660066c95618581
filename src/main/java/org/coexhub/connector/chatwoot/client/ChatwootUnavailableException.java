package org.coexhub.connector.chatwoot.client;

import java.io.IOException;

/**
 * Thrown when Chatwoot cannot take it now, for a reason that is not the event's: the destination pauses and tries
 * again.
 */
public final class ChatwootUnavailableException extends IOException {

    public ChatwootUnavailableException(String why) {
        super(why);
    }
}
