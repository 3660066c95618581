package org.coexhub.connector.chatbot.memory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.coexhub.event.ConversationId;
import org.coexhub.state.conversation.MessageStore;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** The messages of the conversation as the hub knows them: the customer's, the App's, and those the hub sent. */
@Component
final class StoredMemory implements Memory {

    private final MessageStore messages;
    private final ObjectMapper json = new ObjectMapper();

    StoredMemory(MessageStore messages) {
        this.messages = messages;
    }

    @Override
    public List<Line> of(ConversationId conversation, int most) {
        var lines = new ArrayList<Line>();
        for (MessageStore.Shown message : messages.ofConversation(conversation, most, 0)) {
            if (message.event() != null && message.revokedAt() == null) {
                JsonNode event = read(message.event());
                lines.addFirst(
                        new Line(
                                event.path("id").asText(),
                                "customer".equals(message.origin()),
                                event.path("data").path("text").asText("")));
            }
        }
        return lines;
    }

    private JsonNode read(byte[] event) {
        try {
            return json.readTree(event);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
