package org.coexhub.outbound.send.echo;

import org.coexhub.event.ConversationId;
import org.coexhub.event.HubEvent;
import org.coexhub.event.Wamid;
import org.coexhub.event.typing.WebhookReader;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import javax.sql.DataSource;

/** Stores held echoes, and looks up what the event log and the commands say of their messages. */
final class HeldEchoStore {

    private static final String HOLD =
            """
            INSERT INTO held_echo (wamid, conversation, body, received_at, due_at)
            VALUES (:wamid, :conversation, :body, :receivedAt, :dueAt) ON CONFLICT DO NOTHING
            """;

    private static final String AMONG = "SELECT * FROM held_echo WHERE wamid IN (:wamids)";

    /** Also of one that became part of it while the echo was being held. */
    private static final String OF_CONVERSATION =
            """
            SELECT wamid FROM held_echo WHERE conversation = :conversation OR conversation IN
                (SELECT gone FROM conversation_merged WHERE stays = :conversation)
            """;

    private static final String TO_SETTLE =
            """
            SELECT * FROM held_echo ORDER BY released_at NULLS FIRST, received_at, wamid LIMIT :limit
            """;

    /** Of several nodes one puts the echo back. */
    private static final String RELEASE =
            """
            UPDATE held_echo SET released_at = :now,
                due_at = CASE WHEN released_at IS NULL THEN :now ELSE due_at END
            WHERE wamid = :wamid AND (released_at IS NULL OR released_at < :before)
            """;

    private static final String REMOVE = "DELETE FROM held_echo WHERE wamid = :wamid";

    private static final String SENT_BY_HUB = "SELECT wamid FROM command WHERE wamid IN (:wamids)";

    private static final String CLAIMED = "SELECT id FROM event_log WHERE id IN (:ids)";

    private static final String CLAIM = "message:";

    private final JdbcClient jdbc;
    private final WebhookReader reader = new WebhookReader();

    HeldEchoStore(DataSource database) {
        this.jdbc = JdbcClient.create(database);
    }

    /**
     * @param event read anew from what is stored, in the conversation it was held in
     * @param dueAt when it is decided without word; when it was decided, once it is
     * @param releasedAt when it was last put back into the journal; null while it waits
     */
    record HeldEcho(HubEvent event, Wamid wamid, Instant dueAt, Instant releasedAt, byte[] body) {}

    void hold(Wamid wamid, HubEvent event, Instant dueAt) {
        jdbc.sql(HOLD)
                .param("wamid", wamid.value())
                .param("conversation", event.conversation().value())
                .param("body", EchoEnvelope.of(event))
                .param("receivedAt", SqlTimes.at(event.receivedTime()))
                .param("dueAt", SqlTimes.at(dueAt))
                .update();
    }

    List<HeldEcho> among(Collection<Wamid> wamids) {
        return jdbc.sql(AMONG).param("wamids", values(wamids)).query(this::read).list();
    }

    List<Wamid> in(ConversationId conversation) {
        return jdbc.sql(OF_CONVERSATION)
                .param("conversation", conversation.value())
                .query((rs, row) -> new Wamid(rs.getString(1)))
                .list();
    }

    /** Those nobody has decided on come first. */
    List<HeldEcho> toSettle(int limit) {
        return jdbc.sql(TO_SETTLE).param("limit", limit).query(this::read).list();
    }

    /** Notes that a person wrote it; false where that was noted after {@code before}. */
    boolean release(Wamid wamid, Instant now, Instant releasedBefore) {
        return jdbc.sql(RELEASE)
                        .param("wamid", wamid.value())
                        .param("now", SqlTimes.at(now))
                        .param("before", SqlTimes.at(releasedBefore))
                        .update()
                == 1;
    }

    void remove(Wamid wamid) {
        jdbc.sql(REMOVE).param("wamid", wamid.value()).update();
    }

    /** Those of the given that a command is known to have made. */
    Set<Wamid> sentByHub(Collection<Wamid> wamids) {
        return new HashSet<>(
                jdbc.sql(SENT_BY_HUB)
                        .param("wamids", values(wamids))
                        .query((rs, row) -> new Wamid(rs.getString(1)))
                        .list());
    }

    /** Those of the given whose message is in the event log, whoever made it. */
    Set<Wamid> claimed(Collection<Wamid> wamids) {
        return new HashSet<>(
                jdbc.sql(CLAIMED)
                        .param("ids", wamids.stream().map(w -> CLAIM + w.value()).toList())
                        .query((rs, row) -> new Wamid(rs.getString(1).substring(CLAIM.length())))
                        .list());
    }

    private HeldEcho read(ResultSet rs, int row) throws SQLException {
        byte[] body = rs.getBytes("body");
        Instant received = SqlTimes.read(rs, "received_at");
        Instant released = SqlTimes.read(rs, "released_at");
        return new HeldEcho(
                reader.read(body, received)
                        .getFirst()
                        .withConversation(new ConversationId(rs.getString("conversation"))),
                new Wamid(rs.getString("wamid")),
                SqlTimes.read(rs, "due_at"),
                released,
                body);
    }

    private static List<String> values(Collection<Wamid> wamids) {
        return wamids.stream().map(Wamid::value).toList();
    }
}
