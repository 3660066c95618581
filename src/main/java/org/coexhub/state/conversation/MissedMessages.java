package org.coexhub.state.conversation;

import org.coexhub.event.Wamid;
import org.springframework.stereotype.Component;

/** Tells a route file whether anybody has answered, when an event reaches it some time after it happened. */
@Component("missedMessages")
public class MissedMessages {

    private static final String MESSAGE = "message:";

    private final MessageStore messages;

    MissedMessages(MessageStore messages) {
        this.messages = messages;
    }

    /**
     * True for a customer's message that neither a person nor the hub has answered, if it is the first of those: so who
     * writes five lines is missed once.
     *
     * @param event the event's id; of any other event false
     */
    public boolean isFirst(String event) {
        return event.startsWith(MESSAGE)
                && messages.isFirstUnanswered(new Wamid(event.substring(MESSAGE.length())));
    }
}
