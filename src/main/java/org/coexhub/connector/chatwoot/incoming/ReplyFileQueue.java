package org.coexhub.connector.chatwoot.incoming;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import org.apache.camel.Exchange;
import org.coexhub.connector.chatwoot.client.ChatwootSettings;
import org.coexhub.connector.chatwoot.client.ChatwootStore;
import org.coexhub.connector.chatwoot.incoming.AgentMessage.Attachment;
import org.coexhub.event.PhoneNumberId;
import org.coexhub.outbound.command.CommandRefusedException;
import org.coexhub.platform.lease.DueRows;
import org.coexhub.platform.store.SqlTimes;
import org.coexhub.state.media.MediaRefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import javax.sql.DataSource;

/**
 * Replies of agents that wait for their files. Chatwoot gives a webhook five seconds, which is too short for bringing a
 * file to Meta; so the reply is stored, and taken up by whichever node comes first. What is written after it in the same
 * conversation waits behind it. A node that dies leaves the row due again when its time is over; the files have the same
 * ids then, and the commands the same keys. What the hub fails at, for a reason that does not pass by itself, is {@link
 * GivenUpReplies given up}, and what waited behind it goes on.
 */
public final class ReplyFileQueue {

    /** Replies whose commands are being handed in. */
    private static final String DONE = "HubChatwootDone";

    private static final Logger LOG = LoggerFactory.getLogger(ReplyFileQueue.class);

    private static final Duration LEASE = Duration.ofMinutes(2);
    private static final Duration PAUSE = Duration.ofSeconds(5);

    /** An agent who has waited longer has thought of something else. */
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    private static final int AT_ONCE = 8;

    private static final String WAITS =
            """
            SELECT COUNT(*) FROM chatwoot_reply WHERE conversation_id = :conversation AND given_up IS NULL
            """;

    private static final String NOTE =
            """
            INSERT INTO chatwoot_reply (message_id, conversation_id, body, due_at, tries, noted_at)
            VALUES (:message, :conversation, :body, :now, 0, :now) ON CONFLICT DO NOTHING
            """;

    /** Of each conversation the oldest only. */
    private static final String OPEN =
            """
            given_up IS NULL AND NOT EXISTS (
                SELECT 1 FROM chatwoot_reply earlier
                WHERE earlier.conversation_id = chatwoot_reply.conversation_id
                    AND earlier.message_id < chatwoot_reply.message_id AND earlier.given_up IS NULL)
            """;

    private final ChatwootSettings settings;
    private final ChatwootStore store;
    private final AgentReplies replies;
    private final AgentFiles files;
    private final GivenUpReplies givenUp;
    private final JdbcClient jdbc;
    private final DueRows due;
    private final InstantSource clock;
    private final JsonMapper json =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    public ReplyFileQueue(
            ChatwootSettings settings,
            ChatwootStore store,
            AgentReplies replies,
            AgentFiles files,
            GivenUpReplies givenUp,
            DataSource database,
            InstantSource clock) {
        this.settings = settings;
        this.store = store;
        this.replies = replies;
        this.files = files;
        this.givenUp = givenUp;
        this.jdbc = JdbcClient.create(database);
        this.clock = clock;
        this.due =
                new DueRows(
                        jdbc, clock, "chatwoot_reply", "message_id", OPEN, "due_at, message_id");
    }

    /** @param tries this one among them */
    private record Row(long message, long conversation, String body, int tries, Instant notedAt) {

        private static Row read(ResultSet rs, int number) throws SQLException {
            return new Row(
                    rs.getLong("message_id"),
                    rs.getLong("conversation_id"),
                    rs.getString("body"),
                    rs.getInt("tries"),
                    SqlTimes.read(rs, "noted_at"));
        }
    }

    /** Whether the reply has to wait; then it is stored when this returns, unless its commands were handed in before. */
    boolean waits(AgentMessage message, JsonNode told) {
        boolean own = settings.files() == ChatwootSettings.Files.UPLOAD && message.hasFiles();
        if (!own && count(message.conversation()) == 0) {
            return false;
        }
        if (!store.knows(message.id())) {
            jdbc.sql(NOTE)
                    .param("message", message.id())
                    .param("conversation", message.conversation())
                    .param("body", written(told))
                    .param("now", SqlTimes.at(clock.instant()))
                    .update();
        }
        return true;
    }

    private long count(long conversation) {
        return jdbc.sql(WAITS).param("conversation", conversation).query(Long.class).single();
    }

    /** The commands of replies whose files are with Meta now. */
    public List<Reply> ready(Exchange exchange) throws InterruptedException {
        var ready = new ArrayList<Reply>();
        var done = new ArrayList<Long>();
        exchange.setProperty(DONE, done);
        for (int i = 0; i < AT_ONCE; i++) {
            Optional<Row> row = due.take(LEASE, Row::read);
            if (row.isEmpty()) {
                break;
            }
            List<Reply> commands = commands(row.get());
            if (commands != null) {
                ready.addAll(commands);
                done.add(row.get().message());
            }
        }
        return ready;
    }

    /** The commands are durable; now there is time to tell of those that were given up. */
    public void done(Exchange exchange) {
        for (Object message : exchange.getProperty(DONE, List.class)) {
            due.delete(message);
        }
        givenUp.tell();
    }

    /** @return null when they are not ready yet, or never will be */
    private List<Reply> commands(Row row) throws InterruptedException {
        try {
            AgentMessage message = AgentMessage.ofWebhook(read(row.body()));
            Map<Attachment, AgentReplies.File> uploaded = uploaded(message);
            return uploaded.isEmpty() ? replies.of(message) : replies.of(message, uploaded::get);
        } catch (CommandRefusedException refused) {
            giveUp(row, refused.getMessage());
        } catch (MediaRefusedException refused) {
            if (refused.isPassing()) {
                later(row, refused.getMessage());
            } else {
                giveUp(row, refused.getMessage());
            }
        } catch (IOException failure) {
            later(row, "the file cannot be fetched: " + failure.getMessage());
        } catch (RuntimeException failure) {
            givenUp.failed(row.conversation(), row.message(), failure);
        }
        return null;
    }

    private Map<Attachment, AgentReplies.File> uploaded(AgentMessage message)
            throws MediaRefusedException, IOException, InterruptedException {
        var uploaded = new HashMap<Attachment, AgentReplies.File>();
        if (settings.files() == ChatwootSettings.Files.UPLOAD) {
            PhoneNumberId number = replies.numberOf(message);
            for (Attachment attachment : message.attachments()) {
                if (number != null && attachment.isFile()) {
                    uploaded.put(attachment, files.upload(number, attachment.address()));
                }
            }
        }
        return uploaded;
    }

    private void later(Row row, String why) {
        Instant now = clock.instant();
        if (!now.isBefore(row.notedAt().plus(PATIENCE))) {
            giveUp(row, why);
            return;
        }
        LOG.warn("Reply {} in Chatwoot waits: {}", row.message(), why);
        due.later(row.message(), now.plus(PAUSE.multipliedBy(row.tries())), Map.of());
    }

    private void giveUp(Row row, String why) {
        givenUp.add(row.conversation(), row.message(), why);
    }

    private String written(JsonNode told) {
        try {
            return json.writeValueAsString(told);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonNode read(String body) {
        try {
            return json.readTree(body);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
