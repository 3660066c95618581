package org.coexhub.outbound.cost;

import org.coexhub.outbound.command.StoredCommand;
import org.coexhub.outbound.command.store.CommandRows;
import org.coexhub.platform.store.SqlArrays;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Looks up who wanted a message: the source of its command. */
@Repository
class CommandSources {

    private static final String BY_ID = "SELECT * FROM command WHERE id = ANY (?)";
    private static final String BY_WAMID = "SELECT * FROM command WHERE wamid = ANY (?)";

    private final JdbcTemplate jdbc;

    CommandSources(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** By command id; the row is there before Graph is called, so before any status can come. */
    Map<String, String> byCommand(Collection<String> ids) {
        return find(BY_ID, ids, command -> command.id().value());
    }

    /** By the wamid Graph answered, once that is stored. */
    Map<String, String> byMessage(Collection<String> wamids) {
        return find(BY_WAMID, wamids, command -> command.wamid().value());
    }

    private Map<String, String> find(
            String sql, Collection<String> keys, Function<StoredCommand, String> key) {
        if (keys.isEmpty()) {
            return Map.of();
        }
        List<StoredCommand> found =
                jdbc.query(
                        sql,
                        statement -> statement.setArray(1, SqlArrays.text(statement, keys)),
                        CommandRows::read);
        return found.stream()
                .collect(
                        Collectors.toMap(
                                key,
                                command -> command.command().options().source().wireName(),
                                (one, same) -> one));
    }
}
