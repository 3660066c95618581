package org.coexhub.connector.chatbot.memory;

import org.coexhub.event.ConversationId;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.util.Optional;

import javax.sql.DataSource;

/** Stores the sessions of bots. */
public final class BotSessions {

    private static final String FIND =
            "SELECT * FROM bot_session WHERE conversation = :conversation";

    private static final String MAKE =
            "INSERT INTO bot_session (conversation, remote_id) VALUES (:conversation, :remote) ON"
                    + " CONFLICT DO NOTHING";

    private static final String SAVE =
            """
            UPDATE bot_session SET remote_id = :remote, turn = :turn, asked = :asked, mark_before = :before,
                mark_after = :after
            WHERE conversation = :conversation\
            """;

    private final JdbcClient jdbc;

    public BotSessions(DataSource database) {
        this.jdbc = JdbcClient.create(database);
    }

    public Optional<BotSession> find(ConversationId conversation) {
        return jdbc.sql(FIND)
                .param("conversation", conversation.value())
                .query(
                        (row, i) ->
                                new BotSession(
                                        row.getString("remote_id"),
                                        row.getString("turn"),
                                        row.getString("asked"),
                                        row.getString("mark_before"),
                                        row.getString("mark_after")))
                .optional();
    }

    public void save(ConversationId conversation, BotSession session) {
        jdbc.sql(MAKE)
                .param("conversation", conversation.value())
                .param("remote", session.remoteId())
                .update();
        jdbc.sql(SAVE)
                .param("conversation", conversation.value())
                .param("remote", session.remoteId())
                .param("turn", session.turn())
                .param("asked", session.asked())
                .param("before", session.before())
                .param("after", session.after())
                .update();
    }
}
