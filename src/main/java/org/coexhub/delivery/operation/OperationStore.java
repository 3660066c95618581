package org.coexhub.delivery.operation;

import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.support.TransactionTemplate;

import java.sql.Types;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.UUID;

import javax.sql.DataSource;

/**
 * Stores operations, and which destinations those that run keep to themselves. A step is noted by statements that look
 * for the place it begins at, so of two nodes that do the same step one counts it.
 */
@Repository
class OperationStore {

    private static final String INSERT =
            """
            INSERT INTO operation (id, kind, name, asked_by, request, idempotency_key, state, started_at)
            VALUES (:id, :kind, :name, :by, :request, :key, 'running', :now) ON CONFLICT DO NOTHING
            """;

    private static final String HOLD =
            "INSERT INTO operation_hold (name, operation_id) VALUES (:name, :id) ON CONFLICT DO"
                    + " NOTHING";

    private static final String HOLDER =
            """
            SELECT o.* FROM operation o JOIN operation_hold h ON h.operation_id = o.id WHERE h.name = :name
            """;

    private static final String HELD =
            "SELECT name FROM operation_hold WHERE operation_id = :id ORDER BY name";

    private static final String LET_GO = "DELETE FROM operation_hold WHERE operation_id = :id";

    private static final String OF_KEY =
            "SELECT * FROM operation WHERE asked_by = :by AND idempotency_key = :key";

    private static final String FIND = "SELECT * FROM operation WHERE id = :id";

    private static final String LIST =
            """
            SELECT * FROM operation
            WHERE (:state = '' OR state = :state) AND (:name = '' OR name = :name)
            ORDER BY started_at DESC, id LIMIT :limit
            """;

    private static final String RUNNING =
            "SELECT id FROM operation WHERE state = 'running' ORDER BY started_at, id";

    private static final String BEGIN =
            """
            UPDATE operation SET place = :place, end_place = :end, matched = :matched
            WHERE id = :id AND place IS NULL AND state = 'running'
            """;

    private static final String GIVE_BATON =
            """
            UPDATE operation SET baton = :baton
            WHERE id = :id AND baton IS NULL AND state = 'running'
            """;

    private static final String PLAN =
            """
            UPDATE operation SET step_place = :to, step_size = :size
            WHERE id = :id AND place = :place AND step_place IS NULL AND state = 'running'
            """;

    private static final String STEP_DONE =
            """
            UPDATE operation SET place = step_place, step_place = NULL, step_size = NULL,
                matched = matched + :size, done = done + :size
            WHERE id = :id AND place = :place AND step_place = :to
            """;

    private static final String DONE =
            "UPDATE operation SET done = :done WHERE id = :id AND state = 'running'";

    private static final String CANCEL =
            "UPDATE operation SET cancel_asked = TRUE WHERE id = :id AND state = 'running'";

    private static final String END =
            """
            UPDATE operation SET state = :state, reason = :reason, ended_at = :now,
                failed = CASE WHEN :state = 'done' THEN matched - done ELSE 0 END
            WHERE id = :id AND state = 'running'
            """;

    private static final String FORGET = "DELETE FROM operation WHERE ended_at < :before";

    private static final int LONGEST_REASON = 1000;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final InstantSource clock;

    OperationStore(DataSource database, InstantSource clock) {
        this.jdbc = JdbcClient.create(database);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(database));
        this.clock = clock;
    }

    /**
     * What is asked for.
     *
     * @param name what the operation is called by
     * @param holds what nobody else may work on meanwhile
     * @param key null: none
     */
    record Order(
            String kind,
            String name,
            SortedSet<String> holds,
            String by,
            String request,
            String key) {}

    /**
     * Begins it, or finds the one that was begun under the same key.
     *
     * @throws OperationRefusedException another one is in the way
     */
    Operation accept(Order order) {
        return transaction.execute(
                status -> {
                    String id = UUID.randomUUID().toString();
                    return insert(order, id) ? hold(order, id) : first(order);
                });
    }

    private boolean insert(Order order, String id) {
        return jdbc.sql(INSERT)
                        .param("id", id)
                        .param("kind", order.kind)
                        .param("name", order.name)
                        .param("by", order.by)
                        .param("request", order.request)
                        .param("key", order.key, Types.VARCHAR)
                        .param("now", SqlTimes.millis(clock.instant()))
                        .update()
                == 1;
    }

    private Operation first(Order order) {
        StoredOperation first =
                jdbc.sql(OF_KEY)
                        .param("by", order.by)
                        .param("key", order.key)
                        .query(StoredOperation::of)
                        .single();
        Operation operation = first.operation();
        boolean same =
                operation.kind().equals(order.kind)
                        && operation.name().equals(order.name)
                        && first.request().equals(order.request);
        if (!same) {
            throw OperationRefusedException.keyTaken(operation);
        }
        return operation;
    }

    /** Always in the same order, so that two requests never wait for each other. */
    private Operation hold(Order order, String id) {
        for (String name : order.holds) {
            while (jdbc.sql(HOLD).param("name", name).param("id", id).update() == 0) {
                Optional<StoredOperation> holder =
                        jdbc.sql(HOLDER).param("name", name).query(StoredOperation::of).optional();
                if (holder.isPresent()) {
                    throw OperationRefusedException.busy(name, holder.get().operation());
                }
                // It has ended between the two statements.
            }
        }
        return find(id).orElseThrow().operation();
    }

    Optional<StoredOperation> find(String id) {
        return jdbc.sql(FIND).param("id", id).query(StoredOperation::of).optional();
    }

    /** The newest first; {@code state} and {@code name} may be empty. */
    List<Operation> list(String state, String name, int limit) {
        return jdbc
                .sql(LIST)
                .param("state", state)
                .param("name", name)
                .param("limit", limit)
                .query(StoredOperation::of)
                .list()
                .stream()
                .map(StoredOperation::operation)
                .toList();
    }

    /** Ids, the oldest first. */
    List<String> running() {
        return jdbc.sql(RUNNING).query(String.class).list();
    }

    List<String> held(String id) {
        return jdbc.sql(HELD).param("id", id).query(String.class).list();
    }

    /** @return false when it was begun already */
    boolean begin(String id, String place, String end, long matched) {
        return jdbc.sql(BEGIN)
                        .param("id", id)
                        .param("place", place)
                        .param("end", end, Types.VARCHAR)
                        .param("matched", matched)
                        .update()
                == 1;
    }

    /** @return false when it has one already, or has ended */
    boolean giveBaton(String id, String baton) {
        return jdbc.sql(GIVE_BATON).param("id", id).param("baton", baton).update() == 1;
    }

    /**
     * Notes what the next step will be.
     *
     * @return false when another node has gone on from this place, or it has ended
     */
    boolean plan(String id, String place, String to, int size) {
        return jdbc.sql(PLAN)
                        .param("id", id)
                        .param("place", place)
                        .param("to", to)
                        .param("size", size)
                        .update()
                == 1;
    }

    /**
     * Counts a step.
     *
     * @param inside what belongs into the same transaction
     * @return false when another node has counted it; then nothing is done
     */
    boolean stepDone(String id, String place, String to, int size, Runnable inside) {
        return Boolean.TRUE.equals(
                transaction.execute(
                        status -> {
                            boolean mine =
                                    jdbc.sql(STEP_DONE)
                                                    .param("id", id)
                                                    .param("place", place)
                                                    .param("to", to)
                                                    .param("size", size)
                                                    .update()
                                            == 1;
                            if (mine) {
                                inside.run();
                            }
                            return mine;
                        }));
    }

    void done(String id, long done) {
        jdbc.sql(DONE).param("id", id).param("done", done).update();
    }

    /** @return false when it has ended */
    boolean cancel(String id) {
        return jdbc.sql(CANCEL).param("id", id).update() == 1;
    }

    /** Ends it, if it runs, and lets others at what it held. */
    void end(String id, Operation.State state, String reason) {
        transaction.executeWithoutResult(
                status -> {
                    jdbc.sql(END)
                            .param("id", id)
                            .param("state", state.wireName())
                            .param("reason", cut(reason), Types.VARCHAR)
                            .param("now", SqlTimes.millis(clock.instant()))
                            .update();
                    jdbc.sql(LET_GO).param("id", id).update();
                });
    }

    /** Those that ended so long ago; their keys with them. */
    void forget(Duration age) {
        jdbc.sql(FORGET).param("before", SqlTimes.millis(clock.instant().minus(age))).update();
    }

    private static String cut(String reason) {
        return reason == null || reason.length() <= LONGEST_REASON
                ? reason
                : reason.substring(0, LONGEST_REASON);
    }
}
