package org.coexhub.connector.chatbot.memory;

import org.coexhub.event.CloudEvent;
import org.coexhub.event.ConversationId;
import org.coexhub.state.conversation.MessageStore;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The messages of the conversation as the hub knows them: the customer's, the App's, and those the hub sent. */
@Component
final class StoredMemory implements Memory {

    private final MessageStore messages;

    StoredMemory(MessageStore messages) {
        this.messages = messages;
    }

    @Override
    public List<Line> of(ConversationId conversation, int most) {
        var lines = new ArrayList<Line>();
        for (MessageStore.Shown message : messages.ofConversation(conversation, most, 0)) {
            if (message.event() != null && message.revokedAt() == null) {
                CloudEvent event = read(message.event());
                lines.addFirst(
                        new Line(
                                event.id(),
                                "customer".equals(message.origin()),
                                Objects.requireNonNullElse(event.text(), "")));
            }
        }
        return lines;
    }

    private static CloudEvent read(byte[] event) {
        try {
            return CloudEvent.read(event);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
