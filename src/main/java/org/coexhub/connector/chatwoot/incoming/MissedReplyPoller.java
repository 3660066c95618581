package org.coexhub.connector.chatwoot.incoming;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.apache.camel.Exchange;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.coexhub.connector.chatwoot.client.ChatwootClient;
import org.coexhub.connector.chatwoot.client.ChatwootSettings;
import org.coexhub.connector.chatwoot.client.ChatwootStore;
import org.coexhub.connector.chatwoot.client.ChatwootStore.Watch;
import org.coexhub.connector.chatwoot.client.ChatwootUnavailableException;
import org.coexhub.outbound.command.CommandRefusedException;
import org.coexhub.platform.broker.FailureSummary;
import org.coexhub.platform.broker.PassingFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks for agents' replies whose webhook was lost: Chatwoot tries a webhook once. Their commands have the keys that the
 * webhook would have given them, so one that came all the same, or comes yet, is the same command.
 *
 * <p>What is older than the hub's first look at the inbox was not written for the hub. What is older than
 * {@code missed-within} shows as failed in Chatwoot, and the agent has long thought of something else.
 *
 * <p>Inboxes, conversations and replies are looked at one by one: what cannot be read is read again with the next look, and
 * a reply that cannot be sent is {@link GivenUpReplies given up}; neither keeps the others from being found.
 */
public final class MissedReplyPoller {

    /** Until when each inbox has been read, to be noted once the commands are durable. */
    private static final String LOOKED = "HubChatwootLooked";

    private static final Logger LOG = LoggerFactory.getLogger(MissedReplyPoller.class);

    /** Its webhook may still be on its way. */
    private static final Duration TOO_FRESH = Duration.ofSeconds(10);

    /** Chatwoot's times are whole seconds, and its clock another. */
    private static final Duration OVERLAP = Duration.ofMinutes(1);

    private static final int MOST_PAGES = 40;

    private final ChatwootSettings settings;
    private final ChatwootClient client;
    private final ChatwootStore store;
    private final Taken taken;
    private final GivenUpReplies givenUp;
    private final InstantSource clock;

    public MissedReplyPoller(
            ChatwootSettings settings,
            ChatwootClient client,
            ChatwootStore store,
            Taken taken,
            GivenUpReplies givenUp,
            InstantSource clock) {
        this.settings = settings;
        this.client = client;
        this.store = store;
        this.taken = taken;
        this.givenUp = givenUp;
        this.clock = clock;
    }

    /** What a reply becomes, and what else follows from it. */
    @FunctionalInterface
    public interface Taken {
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
            try {
                lookInto(inbox, missed).ifPresent(until -> looked.put(inbox, until));
            } catch (IOException | HttpOperationFailedException failure) {
                LOG.warn("Chatwoot inbox {} cannot be read: {}", inbox, failure.getMessage());
            } catch (RuntimeException failure) {
                if (PassingFailure.isCauseOf(failure)) {
                    throw failure;
                }
                LOG.warn("Chatwoot inbox {} cannot be read: {}", inbox, FailureSummary.of(failure));
            }
        }
        return missed;
    }

    /** All commands that were found are durable. */
    public void looked(Exchange exchange) {
        Map<?, ?> looked = exchange.getProperty(LOOKED, Map.class);
        looked.forEach((inbox, until) -> store.readUntil((Long) inbox, (Instant) until));
    }

    /** @return up to when it has been read; empty where not all of it could be */
    private Optional<Instant> lookInto(long inbox, List<Reply> missed)
            throws IOException, HttpOperationFailedException {
        Watch watch = store.watch(inbox);
        Instant now = clock.instant();
        Instant from =
                latest(
                        watch.since().truncatedTo(ChronoUnit.SECONDS),
                        watch.readUntil().minus(OVERLAP),
                        now.minus(settings.missedWithin()));
        Instant until = now.minus(TOO_FRESH);
        return look(inbox, from, until, missed) ? Optional.of(until) : Optional.empty();
    }

    /** @return whether all of it could be read */
    private boolean look(long inbox, Instant from, Instant until, List<Reply> missed)
            throws IOException, HttpOperationFailedException {
        boolean whole = true;
        for (int page = 1; page <= MOST_PAGES; page++) {
            JsonNode conversations = client.conversations(inbox, page);
            for (JsonNode conversation : conversations) {
                if (conversation.path("last_activity_at").asLong() < from.getEpochSecond()) {
                    return whole;
                }
                whole &= isRead(conversation, from, until, missed);
            }
            if (conversations.isEmpty()) {
                return whole;
            }
        }
        return whole;
    }

    /**
     * Reads the conversation, so that one that cannot be read keeps no other from being read.
     *
     * @throws IOException Chatwoot itself is away, so the next would not be read either
     */
    private boolean isRead(JsonNode conversation, Instant from, Instant until, List<Reply> missed)
            throws IOException {
        try {
            for (JsonNode message : found(conversation, from, until)) {
                missed.addAll(commands(message, conversation));
            }
            return true;
        } catch (ChatwootUnavailableException | HttpTimeoutException | ConnectException away) {
            throw away;
        } catch (IOException | HttpOperationFailedException failure) {
            notRead(conversation, failure);
        } catch (RuntimeException failure) {
            if (PassingFailure.isCauseOf(failure)) {
                throw failure;
            }
            notRead(conversation, failure);
        }
        return false;
    }

    private static void notRead(JsonNode conversation, Exception failure) {
        LOG.warn(
                "Conversation {} in Chatwoot cannot be read: {}",
                conversation.path("id").asLong(),
                failure instanceof HttpOperationFailedException http
                        ? "HTTP " + http.getStatusCode()
                        : FailureSummary.of(failure));
    }

    /** From the newest message back to the first that is too old; the oldest first. */
    private List<JsonNode> found(JsonNode conversation, Instant from, Instant until)
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
                older |= at != null && at.isBefore(from);
                boolean missed = AgentMessage.isReply(message) && !store.knows(id);
                if (missed && at == null) {
                    LOG.warn("Reply {} in Chatwoot has no time and is not taken", id);
                } else if (missed && !at.isBefore(from) && !at.isAfter(until)) {
                    found.add(message);
                }
            }
            if (older) {
                break;
            }
        }
        found.sort((a, b) -> Long.compare(a.path("id").asLong(), b.path("id").asLong()));
        return found;
    }

    private List<Reply> commands(JsonNode reply, JsonNode conversation) {
        long room = conversation.path("id").asLong();
        long id = reply.path("id").asLong();
        try {
            LOG.info("Reply {} in Chatwoot was missed and is taken now", id);
            ObjectNode told = reply.deepCopy();
            return taken.commands(
                    AgentMessage.ofApi(reply, conversation),
                    told.set("conversation", conversation));
        } catch (CommandRefusedException refused) {
            givenUp.add(room, id, refused.getMessage());
        } catch (RuntimeException failure) {
            givenUp.failed(room, id, failure);
        }
        return List.of();
    }

    private static Instant latest(Instant... times) {
        Instant latest = Instant.EPOCH;
        for (Instant time : times) {
            latest = time.isAfter(latest) ? time : latest;
        }
        return latest;
    }
}
