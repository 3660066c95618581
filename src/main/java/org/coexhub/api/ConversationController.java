package org.coexhub.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.event.ConversationId;
import org.coexhub.outbound.command.validation.StorableTime;
import org.coexhub.state.conversation.Conversation;
import org.coexhub.state.conversation.ConversationStore;
import org.coexhub.state.conversation.Handover;
import org.coexhub.state.conversation.MessageStore;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Endpoints for conversations: their state, their messages, and who has them. */
@RestController
@RequestMapping("/api/v1/conversations")
class ConversationController {

    private static final int MOST = 500;

    /** Of the events behind a page of messages. */
    private static final long MOST_BYTES = 4 * 1024 * 1024;

    private final ConversationStore conversations;
    private final MessageStore messages;
    private final Handover handover;
    private final InstantSource clock;
    private final ObjectMapper json = new ObjectMapper();

    ConversationController(
            ConversationStore conversations,
            MessageStore messages,
            Handover handover,
            InstantSource clock) {
        this.conversations = conversations;
        this.messages = messages;
        this.handover = handover;
        this.clock = clock;
    }

    /** {@code until} may be left out: then for as long as a reply in the app would. */
    record HandoverOrder(String to, String until) {}

    @GetMapping
    Map<String, Object> list(
            @RequestParam(defaultValue = "50") int limit,
            @RequestParam(defaultValue = "0") int offset) {
        List<ObjectNode> found =
                conversations.list(bounded(limit), notNegative(offset)).stream()
                        .map(this::describe)
                        .toList();
        return Map.of("conversations", found, "next", offset + found.size());
    }

    @GetMapping("/{id}")
    ObjectNode one(@PathVariable String id) {
        return describe(existing(id));
    }

    @GetMapping("/{id}/messages")
    Map<String, Object> messages(
            @PathVariable String id,
            @RequestParam(defaultValue = "100") int limit,
            @RequestParam(defaultValue = "0") int offset) {
        var conversation = existing(id);
        MessageStore.Page page =
                messages.page(conversation.id(), bounded(limit), notNegative(offset), MOST_BYTES);
        List<ObjectNode> newestFirst = page.messages().stream().map(this::describe).toList();
        var answer = new LinkedHashMap<String, Object>();
        answer.put("messages", newestFirst.reversed());
        answer.put("next", offset + newestFirst.size());
        if (page.more()) {
            answer.put("more", true);
        }
        return answer;
    }

    @PostMapping("/{id}/handover")
    ObjectNode handover(@PathVariable String id, @RequestBody HandoverOrder order) {
        if (!"bot".equals(order.to) && !"human".equals(order.to)) {
            throw new ProblemException(
                    422,
                    "Handover not valid",
                    "to has to be bot or human",
                    Map.of("pointer", "/to"));
        }
        Instant until = until(order.until);
        if (!handover.order(new ConversationId(id), "human".equals(order.to), until)) {
            throw unknown();
        }
        return describe(existing(id));
    }

    private static Instant until(String text) {
        return text == null
                ? null
                : StorableTime.in(text)
                        .orElseThrow(
                                () ->
                                        new ProblemException(
                                                422,
                                                "Handover not valid",
                                                "until has to be a time with offset such as"
                                                        + " 2026-11-22T18:00:00Z",
                                                Map.of("pointer", "/until")));
    }

    private Conversation existing(String id) {
        return conversations
                .find(new ConversationId(id))
                .orElseThrow(ConversationController::unknown);
    }

    private static ProblemException unknown() {
        return new ProblemException(
                404, "No such conversation", "no conversation has this id", Map.of());
    }

    private ObjectNode describe(Conversation conversation) {
        return conversation.describe(clock.instant());
    }

    private ObjectNode describe(MessageStore.Shown message) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("wamid", message.wamid());
        node.put("origin", message.origin());
        node.put("type", message.type());
        node.put("time", message.sentAt().toString());
        node.put("status", message.state());
        node.put("statusTime", text(message.stateAt()));
        node.put("editedTime", text(message.editedAt()));
        node.put("revokedTime", text(message.revokedAt()));
        if (message.revokedAt() == null) {
            show(message, node);
        } else {
            node.putNull("text");
        }
        return node;
    }

    /** What came to complete the message stands for its first event, and the words are those of its last edit. */
    private void show(MessageStore.Shown message, ObjectNode node) {
        byte[] content = message.completion() == null ? message.event() : message.completion();
        ObjectNode data = content == null ? JsonNodeFactory.instance.objectNode() : data(content);
        if (message.edit() != null) {
            ObjectNode edited = data(message.edit());
            for (String member : List.of("text", "media")) {
                if (edited.hasNonNull(member)) {
                    data.set(member, edited.path(member));
                }
            }
        }
        if (!data.isEmpty()) {
            node.set("text", data.path("text").isMissingNode() ? null : data.path("text"));
            node.set("data", data);
        }
    }

    private ObjectNode data(byte[] event) {
        try {
            return (ObjectNode) json.readTree(event).path("data");
        } catch (IOException e) {
            throw new IllegalStateException("an event in the log is not JSON", e);
        }
    }

    private static String text(Instant instant) {
        return instant == null ? null : instant.toString();
    }

    private static int bounded(int limit) {
        if (limit < 1 || limit > MOST) {
            throw new IllegalArgumentException(
                    "limit has to be from 1 to " + MOST + ", was " + limit);
        }
        return limit;
    }

    private static int notNegative(int offset) {
        if (offset < 0) {
            throw new IllegalArgumentException("offset has to be 0 or more, was " + offset);
        }
        return offset;
    }
}
