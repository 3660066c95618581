package org.coexhub.outbound.command.store;

import org.coexhub.outbound.command.Caller;
import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.IdempotencyKey;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Stores idempotency keys, each with the command it made. A key counts within its caller's namespace, so nobody takes
 * another's.
 */
public final class KeyStore {

    /** In one order everywhere: two that take some of the same keys wait for each other one way round only. */
    private static final String TAKE =
            """
            INSERT INTO command_key (idempotency_key, namespace, body_hash, command_id, created_at)
            SELECT n.idempotency_key, n.namespace, n.body_hash, n.command_id, :at
            FROM unnest(:keys, :namespaces, :hashes, :ids) AS n (idempotency_key, namespace, body_hash, command_id)
            ORDER BY n.idempotency_key, n.namespace
            ON CONFLICT DO NOTHING RETURNING command_id
            """;

    private static final String FIND =
            """
            SELECT k.idempotency_key, k.namespace, k.body_hash, k.command_id
            FROM unnest(:keys, :namespaces) AS n (idempotency_key, namespace)
            JOIN command_key k ON k.idempotency_key = n.idempotency_key AND k.namespace = n.namespace
            """;

    private final JdbcClient jdbc;

    public KeyStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A key as its namespace knows it. */
    public record Key(String value, String namespace) {

        public static Key of(IdempotencyKey key, Caller caller) {
            return new Key(key.value(), caller.namespace());
        }
    }

    /** What a key was first used for. @param hash of the command's JSON */
    public record Use(String hash, CommandId id) {}

    /** @return the commands whose keys were free and are theirs now, for the caller to change */
    public Set<CommandId> take(Map<Key, Use> uses, Instant at) {
        return jdbc
                .sql(TAKE)
                .param("keys", array(uses.keySet(), Key::value))
                .param("namespaces", array(uses.keySet(), Key::namespace))
                .param("hashes", array(uses.values(), Use::hash))
                .param("ids", array(uses.values(), use -> use.id.value()))
                .param("at", SqlTimes.millis(at))
                .query(String.class)
                .list()
                .stream()
                .map(CommandId::new)
                .collect(Collectors.toCollection(HashSet::new));
    }

    /** @return nothing for a key that is not known */
    public Map<Key, Use> find(Collection<Key> keys) {
        var found = new HashMap<Key, Use>();
        if (!keys.isEmpty()) {
            jdbc.sql(FIND)
                    .param("keys", array(keys, Key::value))
                    .param("namespaces", array(keys, Key::namespace))
                    .query(
                            rs -> {
                                found.put(
                                        new Key(rs.getString(1), rs.getString(2)),
                                        new Use(rs.getString(3), new CommandId(rs.getString(4))));
                            });
        }
        return found;
    }

    public Optional<Use> find(IdempotencyKey key, Caller caller) {
        return find(Set.of(Key.of(key, caller))).values().stream().findFirst();
    }

    static <T> SqlArrayValue array(Collection<T> rows, Function<T, String> column) {
        return new SqlArrayValue("varchar", rows.stream().map(column).toArray());
    }
}
