package org.coexhub.connector.chatbot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.connector.chatbot.http.BotFailedException;
import org.coexhub.outbound.command.CommandRefusedException;
import org.coexhub.outbound.command.intake.CommandIntake;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Gives what the bot's side says a number, a recipient and a key, so that it is a command. */
final class BotCommands {

    private static final ObjectMapper JSON = new ObjectMapper();

    private BotCommands() {}

    /** One command on its way to {@code wa.commands}; getters because the route's expressions read it. */
    public static final class Reply {
        private final String key;
        private final String group;
        private final byte[] command;

        Reply(String key, String group, byte[] command) {
            this.key = key;
            this.group = group;
            this.command = command;
        }

        public String getKey() {
            return key;
        }

        public String getGroup() {
            return group;
        }

        public byte[] getCommand() {
            return command;
        }
    }

    /**
     * @param conversation as an event describes it: number, id and customer
     * @param about event that is answered
     * @param key of the command, without the number of the message
     * @throws BotFailedException one of them would be refused: said now, while somebody knows whose answer it was
     */
    static List<Reply> of(
            List<ObjectNode> messages, JsonNode conversation, String about, String key) {
        var replies = new ArrayList<Reply>();
        for (ObjectNode message : messages) {
            Reply reply = reply(message, conversation, about, key + ":" + replies.size());
            check(reply, replies.size() + 1);
            replies.add(reply);
        }
        return replies;
    }

    private static void check(Reply reply, int place) {
        try {
            CommandIntake.check(reply.command);
        } catch (CommandRefusedException refused) {
            String fault =
                    refused.faults().stream()
                            .findFirst()
                            .map(first -> first.pointer() + " " + first.detail())
                            .orElse(refused.getMessage());
            throw BotFailedException.unreadable("message " + place + ", " + fault.strip());
        }
    }

    /** A plain text; none where it is empty. */
    static List<Reply> notice(String words, JsonNode conversation, String about) {
        if (words.isBlank()) {
            return List.of();
        }
        ObjectNode message = JsonNodeFactory.instance.objectNode().put("type", "text");
        message.putObject("text").put("body", words.strip());
        return List.of(reply(message, conversation, about, "bot:" + about + ":notice"));
    }

    private static Reply reply(
            ObjectNode message, JsonNode conversation, String about, String key) {
        JsonNode customer = conversation.path("customer");
        message.set("from", conversation.path("number"));
        if (customer.hasNonNull("waId")) {
            message.set("to", customer.path("waId"));
        } else {
            message.set("recipient", customer.path("bsuid"));
        }
        ObjectNode hub = message.putObject("hub");
        hub.put("source", "bot");
        hub.put("sourceName", "chatbot");
        hub.put("correlation", about);
        try {
            return new Reply(
                    key, conversation.path("id").asText(), JSON.writeValueAsBytes(message));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
