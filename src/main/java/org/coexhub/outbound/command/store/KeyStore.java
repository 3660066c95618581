package org.coexhub.outbound.command.store;

import org.coexhub.outbound.command.Caller;
import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.IdempotencyKey;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.time.Instant;
import java.util.Optional;

/**
 * Stores idempotency keys, each with the command it made. A key counts within its caller's namespace, so nobody takes
 * another's.
 */
public final class KeyStore {

    private static final String INSERT =
            """
            INSERT INTO command_key (idempotency_key, namespace, body_hash, command_id, created_at)
            VALUES (:key, :namespace, :hash, :id, :at)
            ON CONFLICT DO NOTHING
            """;

    private static final String FIND =
            """
            SELECT body_hash, command_id FROM command_key
            WHERE idempotency_key = :key AND namespace = :namespace
            """;

    private final JdbcClient jdbc;

    public KeyStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** What a key was first used for. @param hash of the command's JSON */
    public record Use(String hash, CommandId id) {}

    /** @return false when the key is taken */
    public boolean take(IdempotencyKey key, Caller caller, Use use, Instant at) {
        return jdbc.sql(INSERT)
                        .param("key", key.value())
                        .param("namespace", caller.namespace())
                        .param("hash", use.hash)
                        .param("id", use.id.value())
                        .param("at", SqlTimes.millis(at))
                        .update()
                == 1;
    }

    public Optional<Use> find(IdempotencyKey key, Caller caller) {
        return jdbc.sql(FIND)
                .param("key", key.value())
                .param("namespace", caller.namespace())
                .query((rs, row) -> new Use(rs.getString(1), new CommandId(rs.getString(2))))
                .optional();
    }
}
