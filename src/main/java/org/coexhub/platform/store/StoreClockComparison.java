package org.coexhub.platform.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

import javax.sql.DataSource;

/** Compares the hub's clock with the database's before anything is sent, and again from time to time: clocks drift. */
@Component
@DependsOnDatabaseInitialization
class StoreClockComparison {

    private static final Logger LOG = LoggerFactory.getLogger(StoreClockComparison.class);
    private static final long PERIOD_MILLIS = 10_000;

    private final StoreClock clock;
    private final DataSource database;

    StoreClockComparison(StoreClock clock, DataSource database) {
        this.clock = clock;
        this.database = database;
        clock.compare(database);
    }

    @Scheduled(initialDelay = PERIOD_MILLIS, fixedDelay = PERIOD_MILLIS)
    void compare() {
        try {
            clock.compare(database);
        } catch (DataAccessException away) {
            LOG.debug("The database tells no time now; the difference measured last holds", away);
        }
    }
}
