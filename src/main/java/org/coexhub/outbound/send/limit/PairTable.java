package org.coexhub.outbound.send.limit;

import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.distributed.proxy.ClientSideConfig;
import io.github.bucket4j.distributed.proxy.generic.select_for_update.AbstractSelectForUpdateBasedProxyManager;
import io.github.bucket4j.distributed.proxy.generic.select_for_update.LockAndGetResult;
import io.github.bucket4j.distributed.proxy.generic.select_for_update.SelectForUpdateBasedTransaction;
import io.github.bucket4j.distributed.remote.RemoteBucketState;

import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.datasource.DataSourceUtils;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

/** Stores the buckets of pairs for Bucket4j. */
final class PairTable extends AbstractSelectForUpdateBasedProxyManager<String> {

    private static final String LOCK = "SELECT state FROM pair_bucket WHERE pair = ? FOR UPDATE";

    private static final String INSERT =
            "INSERT INTO pair_bucket (pair, full_at) VALUES (?, ?) ON CONFLICT DO NOTHING";

    private static final String UPDATE =
            "UPDATE pair_bucket SET state = ?, full_at = ? WHERE pair = ?";

    private static final String REMOVE = "DELETE FROM pair_bucket WHERE pair = ?";

    private static final String REMOVE_FULL = "DELETE FROM pair_bucket WHERE full_at < ?";

    private final DataSource database;
    private final InstantSource clock;
    private final Duration timeToFill;

    /** @param timeToFill after which a bucket that nobody touches is full, however empty it was */
    PairTable(DataSource database, InstantSource clock, Duration timeToFill) {
        super(ClientSideConfig.getDefault().withClientClock(meter(clock)));
        this.database = database;
        this.clock = clock;
        this.timeToFill = timeToFill;
    }

    private static TimeMeter meter(InstantSource clock) {
        return new TimeMeter() {
            @Override
            public long currentTimeNanos() {
                return TimeUnit.MILLISECONDS.toNanos(clock.millis());
            }

            @Override
            public boolean isWallClockBased() {
                return true;
            }
        };
    }

    /** A bucket that is full need not be kept. */
    void tidy() {
        run(
                "tidy pair buckets",
                connection -> {
                    try (PreparedStatement remove = connection.prepareStatement(REMOVE_FULL)) {
                        remove.setObject(1, SqlTimes.millis(clock.instant()));
                        remove.executeUpdate();
                    }
                });
    }

    @Override
    public void removeProxy(String pair) {
        run(
                "remove a pair bucket",
                connection -> {
                    try (PreparedStatement remove = connection.prepareStatement(REMOVE)) {
                        remove.setString(1, pair);
                        remove.executeUpdate();
                    }
                });
    }

    @Override
    public boolean isExpireAfterWriteSupported() {
        return false;
    }

    @Override
    protected SelectForUpdateBasedTransaction allocateTransaction(
            String pair, Optional<Long> timeoutNanos) {
        try {
            return new Row(pair, DataSourceUtils.doGetConnection(database));
        } catch (SQLException e) {
            throw new CannotGetJdbcConnectionException("no connection for a pair bucket", e);
        }
    }

    private void run(String task, Statements statements) {
        try (Connection connection = database.getConnection()) {
            statements.run(connection);
        } catch (SQLException e) {
            throw new UncategorizedSQLException(task, null, e);
        }
    }

    @FunctionalInterface
    private interface Statements {
        void run(Connection connection) throws SQLException;
    }

    /** The locked row of one pair, in the transaction that is open, or in one of its own. */
    private final class Row implements SelectForUpdateBasedTransaction {

        private final String pair;
        private final Connection connection;
        private final boolean joined;

        Row(String pair, Connection connection) {
            this.pair = pair;
            this.connection = connection;
            this.joined = DataSourceUtils.isConnectionTransactional(connection, database);
        }

        @Override
        public void begin(Optional<Long> timeoutNanos) {
            step("begin", () -> connection.setAutoCommit(false));
        }

        @Override
        public void rollback() {
            step("roll back", connection::rollback);
        }

        @Override
        public void commit(Optional<Long> timeoutNanos) {
            step("commit", connection::commit);
        }

        @Override
        public LockAndGetResult tryLockAndGet(Optional<Long> timeoutNanos) {
            try (PreparedStatement lock = connection.prepareStatement(LOCK)) {
                lock.setString(1, pair);
                try (var found = lock.executeQuery()) {
                    return found.next()
                            ? LockAndGetResult.locked(found.getBytes(1))
                            : LockAndGetResult.notLocked();
                }
            } catch (SQLException e) {
                throw new UncategorizedSQLException("lock a pair bucket", LOCK, e);
            }
        }

        @Override
        public boolean tryInsertEmptyData(Optional<Long> timeoutNanos) {
            try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
                insert.setString(1, pair);
                insert.setObject(2, SqlTimes.millis(clock.instant().plus(timeToFill)));
                return insert.executeUpdate() == 1;
            } catch (SQLException e) {
                throw new UncategorizedSQLException("insert a pair bucket", INSERT, e);
            }
        }

        @Override
        public void update(byte[] data, RemoteBucketState state, Optional<Long> timeoutNanos) {
            try (PreparedStatement update = connection.prepareStatement(UPDATE)) {
                update.setBytes(1, data);
                update.setObject(2, SqlTimes.millis(clock.instant().plus(timeToFill)));
                update.setString(3, pair);
                update.executeUpdate();
            } catch (SQLException e) {
                throw new UncategorizedSQLException("update a pair bucket", UPDATE, e);
            }
        }

        @Override
        public void release() {
            try {
                step("release", () -> connection.setAutoCommit(true));
            } finally {
                DataSourceUtils.releaseConnection(connection, database);
            }
        }

        private void step(String name, Step step) {
            if (joined) {
                return;
            }
            try {
                step.run();
            } catch (SQLException e) {
                throw new UncategorizedSQLException(name + " a pair bucket", null, e);
            }
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws SQLException;
    }
}
