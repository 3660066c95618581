package org.coexhub.connector.chatwoot.outgoing;

import org.apache.camel.Body;
import org.apache.camel.Header;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.coexhub.connector.chatwoot.client.Attachment;
import org.coexhub.connector.chatwoot.client.ChatwootClient;
import org.coexhub.connector.chatwoot.client.ChatwootFloodedException;
import org.coexhub.connector.chatwoot.client.ChatwootMapping;
import org.coexhub.connector.chatwoot.client.ChatwootSettings;
import org.coexhub.connector.chatwoot.client.ChatwootStore;
import org.coexhub.connector.chatwoot.client.ChatwootStore.Known;
import org.coexhub.connector.chatwoot.client.ChatwootStore.Room;
import org.coexhub.connector.chatwoot.client.ChatwootUnavailableException;
import org.coexhub.connector.chatwoot.client.Post;
import org.coexhub.connector.chatwoot.client.SourceMessage;
import org.coexhub.delivery.failure.DeliveryFailedException;
import org.coexhub.delivery.fanout.EventHeaders;
import org.coexhub.event.CloudEvent;
import org.coexhub.event.EventData;
import org.coexhub.event.PhoneNumberId;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Brings Chatwoot up to date with an event.
 *
 * <p><b>Why nothing stands there twice.</b> Chatwoot takes a message as often as it is posted. So the hub writes down
 * that it is about to post, durably, before it does, and Chatwoot's id of the message afterwards. An event that comes
 * again finds one of three things. The id: the message is there, nothing is done. Nothing, or a request that was refused:
 * it is posted. A request begun and not ended, because the answer was lost or the process killed: the message is looked
 * for in its conversation by {@code source_id}, which carries WhatsApp's message id, among those newer than the newest
 * known before the request. If it is not there, the request may still be on its way through Chatwoot; only when it is
 * older than the longest time a request may take is the message posted again. Until then the event waits in its queue.
 *
 * <p>What agents write in Chatwoot is never posted: it stands there already. Its command carries conversation and
 * message in the correlation, so its message id of WhatsApp and its statuses are joined to it.
 */
public final class ChatwootMirror {

    private static final Map<String, Integer> RANK =
            Map.of("sent", 1, "delivered", 2, "read", 3, "failed", 4);

    /** After these answers of a server in between, Chatwoot itself may still be at it. */
    private static final Set<Integer> UNFINISHED = Set.of(408, 502, 504);

    /** Until a conversation that was full is tried again; Chatwoot does not say how long that takes. */
    private static final Duration FLOODED = Duration.ofSeconds(2);

    private final ChatwootSettings settings;
    private final ChatwootClient client;
    private final ChatwootStore store;
    private final ChatwootConversations rooms;
    private final ChatwootFiles files;
    private final InstantSource clock;

    public ChatwootMirror(
            ChatwootSettings settings,
            ChatwootClient client,
            ChatwootStore store,
            ChatwootConversations rooms,
            ChatwootFiles files,
            InstantSource clock) {
        this.settings = settings;
        this.client = client;
        this.store = store;
        this.rooms = rooms;
        this.files = files;
        this.clock = clock;
    }

    /** Whether conversations of this number are for Chatwoot. */
    public boolean wants(
            @Header(EventHeaders.NUMBER) String number,
            @Header(EventHeaders.CONVERSATION) String conversation) {
        return number != null
                && conversation != null
                && settings.inboxOf(new PhoneNumberId(number)).isPresent();
    }

    /** A message that was written, changed or sent. */
    public void message(@Body byte[] cloudEvent) throws IOException, HttpOperationFailedException {
        CloudEvent event = CloudEvent.read(cloudEvent);
        Optional<SourceMessage> origin = ours(event);
        if (origin.isPresent() && event.data() instanceof EventData.MessageSent sent) {
            sent(event, sent.wamid().value(), origin.get());
            return;
        }
        Optional<Post> post = ChatwootMapping.post(event);
        if (post.isPresent()) {
            write(event, post.get());
        }
    }

    /** What became of a message on the business's side. */
    public void status(@Body byte[] cloudEvent) throws IOException, HttpOperationFailedException {
        if (!(CloudEvent.read(cloudEvent).data() instanceof EventData.MessageStatus told)
                || told.participant() != null) {
            // In a group each participant has statuses of his own.
            return;
        }
        String status = told.status().replace("played", "read");
        String error = "failed".equals(status) ? ChatwootMapping.error(told) : null;
        tell(told.wamid().value(), status, error);
    }

    /** A command that came to nothing: an agent sees it at his message, anybody else's as a note. */
    public void refusal(@Body byte[] cloudEvent) throws IOException, HttpOperationFailedException {
        CloudEvent event = CloudEvent.read(cloudEvent);
        if (!(event.data() instanceof EventData.CommandUndone undone)) {
            return;
        }
        String wamid = undone.wamid() == null ? null : undone.wamid().value();
        Optional<SourceMessage> origin = ours(event);
        if (origin.isPresent()) {
            String key = event.id();
            store.written(key, origin.get().conversation(), origin.get().message());
            tell(key, "failed", ChatwootMapping.reason(undone));
        } else if (wamid != null && store.message(wamid).isPresent()) {
            tell(wamid, "failed", ChatwootMapping.reason(undone));
        } else if (store.room(event.subject()).isPresent()) {
            Optional<Post> note = ChatwootMapping.post(event);
            if (note.isPresent()) {
                write(event, note.get());
            }
        }
    }

    private Optional<SourceMessage> ours(CloudEvent event) {
        return ChatwootMapping.origin(event)
                .filter(origin -> origin.account() == settings.accountId());
    }

    private void sent(CloudEvent event, String wamid, SourceMessage origin)
            throws IOException, HttpOperationFailedException {
        String conversation = event.subject();
        boolean known = store.message(wamid).filter(Known::isThere).isPresent();
        if (store.room(conversation).isEmpty()) {
            // An agent began it; from now on what the customer answers belongs there.
            long inbox = settings.inboxOf(new PhoneNumberId(event.phoneNumberId())).orElseThrow();
            store.link(conversation, new Room(origin.conversation(), inbox, origin.message()));
        }
        store.written(wamid, origin.conversation(), origin.message());
        // Before the mark goes: taken off while the store still says failed it looks like an order
        // to send again.
        store.disproved(ChatwootMapping.failureOf(event.command().id()));
        if (!known && !store.hasFailed(origin.message())) {
            // Chatwoot itself marks a reply as failed when its webhook was lost.
            change(origin.conversation(), origin.message(), "sent", null);
        }
        catchUp(wamid, origin.conversation(), origin.message());
    }

    private void write(CloudEvent event, Post post)
            throws IOException, HttpOperationFailedException {
        long inbox = settings.inboxOf(new PhoneNumberId(event.phoneNumberId())).orElseThrow();
        if (store.message(post.key()).filter(Known::isThere).isPresent()) {
            return;
        }
        Optional<Room> room = rooms.of(event, inbox, post.fromCustomer());
        if (room.isEmpty()) {
            return;
        }
        try {
            write(room.get(), post);
        } catch (HttpOperationFailedException refused) {
            if (refused.getStatusCode() != 404) {
                throw refused;
            }
            // The conversation was deleted in Chatwoot.
            store.unlink(event.subject());
            room = rooms.of(event, inbox, post.fromCustomer());
            write(room.orElseThrow(() -> refused), post);
        }
    }

    private void write(Room room, Post post) throws IOException, HttpOperationFailedException {
        Optional<Known> begun = store.message(post.key()).filter(Known::isBegun);
        if (begun.isPresent() && isThere(post.key(), begun.get())) {
            return;
        }
        Attachment file = null;
        Post whole = post;
        if (post.mediaId() != null) {
            ChatwootFiles.Found found = files.of(post.mediaId());
            file = found.file();
            if (file == null) {
                String words = post.content() == null ? "" : post.content() + "\n";
                whole = post.with(words + "[file " + post.mediaId() + ": " + found.reason() + "]");
            }
        }
        if (file == null && whole.content() == null) {
            whole = whole.with("[empty message]");
        }
        store.begin(post.key(), room, settings.timeout());
        long id = post(room, whole, file);
        store.written(post.key(), room.id(), id);
        catchUp(post.key(), room.id(), id);
    }

    /** @throws ChatwootUnavailableException nobody can know yet */
    private boolean isThere(String key, Known begun)
            throws IOException, HttpOperationFailedException {
        OptionalLong found;
        try {
            found = client.find(begun.conversation(), key, begun.afterId());
        } catch (HttpOperationFailedException refused) {
            if (refused.getStatusCode() != 404) {
                throw refused;
            }
            return false;
        }
        if (found.isPresent()) {
            store.written(key, begun.conversation(), found.getAsLong());
            catchUp(key, begun.conversation(), found.getAsLong());
            return true;
        }
        if (clock.instant().isBefore(begun.settlesAt())) {
            throw new ChatwootUnavailableException("an earlier request may still be under way");
        }
        return false;
    }

    private long post(Room room, Post post, Attachment file)
            throws IOException, HttpOperationFailedException {
        try {
            return client.post(room.id(), post, file);
        } catch (HttpOperationFailedException refused) {
            int status = refused.getStatusCode();
            if (status >= 500 && !UNFINISHED.contains(status)) {
                store.isOver(post.key());
            } else if (!UNFINISHED.contains(status)) {
                store.isRefused(post.key());
            }
            throw refused;
        } catch (ChatwootFloodedException later) {
            store.isRefused(post.key());
            throw DeliveryFailedException.later(later.getMessage(), 422, FLOODED);
        } catch (ChatwootUnavailableException
                | ConnectException
                | HttpConnectTimeoutException nothing) {
            store.isRefused(post.key());
            throw nothing;
        }
    }

    /** A status that came before the message stood in Chatwoot. */
    private void catchUp(String key, long conversation, long message)
            throws IOException, HttpOperationFailedException {
        Optional<Known> known =
                store.message(key)
                        .filter(k -> RANK.getOrDefault(String.valueOf(k.status()), 0) > 1);
        if (known.isPresent() && !store.hasFailed(message)) {
            change(conversation, message, known.get().status(), known.get().detail());
        }
    }

    private void tell(String key, String status, String error)
            throws IOException, HttpOperationFailedException {
        int rank = RANK.getOrDefault(status, 0);
        Optional<Known> known = store.message(key);
        int told = known.map(Known::status).map(RANK::get).orElse(0);
        if (rank <= told) {
            return;
        }
        boolean shown =
                known.isPresent()
                        && known.get().isThere()
                        && rank > 1
                        // One message of an agent may be several of WhatsApp; a failed one of them
                        // counts.
                        && !store.hasFailed(known.get().messageId());
        if (shown) {
            change(known.get().conversation(), known.get().messageId(), status, error);
        }
        store.status(key, status, error);
    }

    private void change(long conversation, long message, String status, String error)
            throws IOException, HttpOperationFailedException {
        try {
            client.status(conversation, message, status, error);
        } catch (HttpOperationFailedException refused) {
            if (refused.getStatusCode() != 404) {
                throw refused;
            }
            // Deleted in Chatwoot: nobody looks at it any more.
        }
    }
}
