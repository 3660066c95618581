package org.coexhub.connector.chatwoot.incoming;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;
import org.coexhub.connector.chatwoot.client.ChatwootSettings;
import org.coexhub.connector.chatwoot.client.ChatwootStore;
import org.coexhub.connector.chatwoot.client.SourceMessage;
import org.coexhub.event.ConversationId;
import org.coexhub.state.conversation.ConversationStore;
import org.coexhub.state.conversation.Handover;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * Chatwoot's webhooks: agents' replies become commands and take the conversation from the bots; a conversation that is
 * resolved goes back to them; a reply that failed and is retried becomes another command. Everything else passes by.
 */
public final class ChatwootCommands {

    /** The reply whose command is being handed in. */
    static final String REPLY = "HubChatwootReply";

    private final ChatwootSettings settings;
    private final ChatwootStore store;
    private final AgentReplies replies;
    private final ReplyFileQueue waiting;
    private final Recipients recipients;
    private final Handover handover;
    private final ConversationStore conversations;
    private final InstantSource clock;
    private final ObjectMapper json = new ObjectMapper();

    public ChatwootCommands(
            ChatwootSettings settings,
            ChatwootStore store,
            AgentReplies replies,
            ReplyFileQueue waiting,
            Recipients recipients,
            Handover handover,
            ConversationStore conversations,
            InstantSource clock) {
        this.settings = settings;
        this.store = store;
        this.replies = replies;
        this.waiting = waiting;
        this.recipients = recipients;
        this.handover = handover;
        this.conversations = conversations;
        this.clock = clock;
    }

    /**
     * The commands that the webhook asks for; mostly none.
     *
     * @throws org.coexhub.outbound.command.CommandRefusedException the reply cannot be sent by WhatsApp; Chatwoot shows it as failed
     * @throws IOException the body is not JSON
     */
    public List<Reply> read(@Body byte[] body) throws IOException {
        JsonNode webhook = json.readTree(body);
        String event = webhook.path("event").asText();
        if (event.startsWith("message_") && AgentMessage.isReply(webhook)) {
            AgentMessage message = AgentMessage.ofWebhook(webhook);
            boolean ours =
                    webhook.path("account").path("id").asLong() == settings.accountId()
                            && settings.inboxIds().contains(message.inbox());
            return switch (ours ? event : "") {
                case "message_created" -> taken(message, webhook);
                case "message_updated" -> retried(message, webhook);
                default -> List.of();
            };
        }
        if ("conversation_status_changed".equals(event) && settings.resolvedToBot()) {
            changed(webhook);
        }
        return List.of();
    }

    /**
     * The commands of a reply; none as yet for one that waits for its files, or behind one that does. Bots are silent from
     * here on, before the reply itself is on its way.
     *
     * @param told the message as Chatwoot told it
     */
    public List<Reply> taken(AgentMessage message, JsonNode told) {
        List<Reply> commands = replies.of(message);
        if (commands.isEmpty()) {
            return commands;
        }
        recipients
                .conversation(message)
                .ifPresent(id -> handover.agentWrote(id, replies.key(message), at(message)));
        return waiting.waits(message, told) ? List.of() : commands;
    }

    /**
     * Chatwoot tells nobody that <em>Retry</em> was pressed. It takes the error off the message, though, and nobody else
     * takes off an error that the hub has put there.
     */
    private List<Reply> retried(AgentMessage message, JsonNode told) {
        boolean hasError = told.path("content_attributes").hasNonNull("external_error");
        if (hasError || !store.hasFailed(message.id())) {
            return List.of();
        }
        List<Reply> commands = replies.again(message, store.failures(message.id()));
        commands.forEach(
                command ->
                        recipients
                                .conversation(message)
                                .ifPresent(
                                        id ->
                                                handover.agentWrote(
                                                        id, command.getKey(), clock.instant())));
        return commands;
    }

    /** By Chatwoot's clock, so that a reply read twice does not undo what was decided after it; never in the future. */
    private Instant at(AgentMessage message) {
        Instant now = clock.instant();
        return message.at() == null || message.at().isAfter(now) ? now : message.at();
    }

    /** Chatwoot tells the conversation itself, without its account. */
    private void changed(JsonNode conversation) {
        if (!"resolved".equals(conversation.path("status").asText())
                || !settings.inboxIds().contains(conversation.path("inbox_id").asLong())) {
            return;
        }
        store.conversationIn(conversation.path("id").asLong())
                .map(ConversationId::new)
                .filter(this::personHasIt)
                .ifPresent(id -> handover.order(id, false, null));
    }

    private boolean personHasIt(ConversationId id) {
        return conversations
                .find(id)
                .filter(conversation -> conversation.personHasItAt(clock.instant()))
                .isPresent();
    }

    /** The command is durable: with the last of its commands the reply is known. */
    public void handedIn(@ExchangeProperty(REPLY) Reply reply) {
        SourceMessage origin = reply.origin();
        if (reply.isRetry()) {
            store.retried(origin.message());
        } else if (reply.isLast()) {
            store.written(
                    "chatwoot:" + origin.account() + ":" + origin.message(),
                    origin.conversation(),
                    origin.message());
        }
    }
}
