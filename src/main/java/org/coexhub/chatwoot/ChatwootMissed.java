package org.coexhub.chatwoot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.apache.camel.Exchange;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.coexhub.chatwoot.ChatwootBook.Watch;
import org.coexhub.command.CommandRefused;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks for agents' replies whose webhook was lost: Chatwoot tries a webhook once. Their commands have the keys that the
 * webhook would have given them, so one that came all the same, or comes yet, is the same command.
 *
 * <p>What is older than the hub's first look at the inbox was not written for the hub. What is older than
 * {@code missed-within} shows as failed in Chatwoot, and the agent has long thought of something else.
 */
public final class ChatwootMissed {

    /** Until when each inbox has been read, to be noted once the commands are durable. */
    private static final String LOOKED = "HubChatwootLooked";

    private static final Logger LOG = LoggerFactory.getLogger(ChatwootMissed.class);

    /** Its webhook may still be on its way. */
    private static final Duration TOO_FRESH = Duration.ofSeconds(10);

    /** Chatwoot's times are whole seconds, and its clock another. */
    private static final Duration OVERLAP = Duration.ofMinutes(1);

    private static final int MOST_PAGES = 40;

    private final ChatwootSettings settings;
    private final ChatwootClient client;
    private final ChatwootBook book;
    private final AgentReplies replies;
    private final Taken taken;
    private final InstantSource clock;

    ChatwootMissed(
            ChatwootSettings settings,
            ChatwootClient client,
            ChatwootBook book,
            AgentReplies replies,
            Taken taken,
            InstantSource clock) {
        this.settings = settings;
        this.client = client;
        this.book = book;
        this.replies = replies;
        this.taken = taken;
        this.clock = clock;
    }

    /** What a reply becomes, and what else follows from it. */
    @FunctionalInterface
    interface Taken {
        List<Reply> commands(AgentMessage message, JsonNode told);
    }

    /** The commands of the replies that were missed. */
    public List<Reply> look(Exchange exchange) {
        var missed = new ArrayList<Reply>();
        var looked = new HashMap<Long, Instant>();
        exchange.setProperty(LOOKED, looked);
        if (settings.missedWithin().isZero()) {
            return missed;
        }
        for (long inbox : settings.inboxIds()) {
            Watch watch = book.watch(inbox);
            Instant now = clock.instant();
            Instant from =
                    latest(
                            watch.since().truncatedTo(ChronoUnit.SECONDS),
                            watch.readUntil().minus(OVERLAP),
                            now.minus(settings.missedWithin()));
            Instant until = now.minus(TOO_FRESH);
            try {
                look(inbox, from, until, missed);
                looked.put(inbox, until);
            } catch (IOException | HttpOperationFailedException failure) {
                LOG.warn("Chatwoot inbox {} cannot be read: {}", inbox, failure.getMessage());
            }
        }
        return missed;
    }

    /** All commands that were found are durable. */
    public void looked(Exchange exchange) {
        Map<?, ?> looked = exchange.getProperty(LOOKED, Map.class);
        looked.forEach((inbox, until) -> book.readUntil((Long) inbox, (Instant) until));
    }

    private void look(long inbox, Instant from, Instant until, List<Reply> missed)
            throws IOException, HttpOperationFailedException {
        for (int page = 1; page <= MOST_PAGES; page++) {
            JsonNode conversations = client.conversations(inbox, page);
            for (JsonNode conversation : conversations) {
                if (conversation.path("last_activity_at").asLong() < from.getEpochSecond()) {
                    return;
                }
                read(conversation, from, until, missed);
            }
            if (conversations.isEmpty()) {
                return;
            }
        }
    }

    /** From the newest message back to the first that is too old. */
    private void read(JsonNode conversation, Instant from, Instant until, List<Reply> missed)
            throws IOException, HttpOperationFailedException {
        var found = new ArrayList<JsonNode>();
        long before = 0;
        for (int page = 1; page <= MOST_PAGES; page++) {
            JsonNode messages = client.messagesBefore(conversation.path("id").asLong(), before);
            boolean older = messages.isEmpty();
            for (JsonNode message : messages) {
                Instant at = AgentMessage.time(message.path("created_at"));
                long id = message.path("id").asLong();
                before = before == 0 ? id : Math.min(before, id);
                older |= at.isBefore(from);
                if (!at.isBefore(from)
                        && !at.isAfter(until)
                        && AgentMessage.isReply(message)
                        && !book.knows(id)) {
                    found.add(message);
                }
            }
            if (older) {
                break;
            }
        }
        found.sort((a, b) -> Long.compare(a.path("id").asLong(), b.path("id").asLong()));
        for (JsonNode message : found) {
            ObjectNode told = message.deepCopy();
            missed.addAll(
                    commands(
                            AgentMessage.ofApi(message, conversation),
                            told.set("conversation", conversation)));
        }
    }

    private List<Reply> commands(AgentMessage message, JsonNode told) throws IOException {
        try {
            LOG.info("Reply {} in Chatwoot was missed and is taken now", message.id());
            return taken.commands(message, told);
        } catch (CommandRefused refused) {
            showAsFailed(message, refused.getMessage());
            book.written(replies.key(message), message.conversation(), message.id());
            return List.of();
        }
    }

    /** What Chatwoot says of one reply must not keep the others of the inbox from being read. */
    private void showAsFailed(AgentMessage message, String why) throws IOException {
        try {
            client.status(message.conversation(), message.id(), "failed", why);
        } catch (HttpOperationFailedException notTaken) {
            LOG.warn(
                    "Reply {} in Chatwoot cannot be sent, nor be shown as failed: HTTP {}",
                    message.id(),
                    notTaken.getStatusCode());
        }
    }

    private static Instant latest(Instant... times) {
        Instant latest = Instant.EPOCH;
        for (Instant time : times) {
            latest = time.isAfter(latest) ? time : latest;
        }
        return latest;
    }
}
