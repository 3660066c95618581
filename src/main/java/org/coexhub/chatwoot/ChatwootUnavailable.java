package org.coexhub.chatwoot;

import java.io.IOException;

/** Chatwoot cannot take it now, for a reason that is not the event's: the destination pauses and tries again. */
final class ChatwootUnavailable extends IOException {

    ChatwootUnavailable(String why) {
        super(why);
    }
}
