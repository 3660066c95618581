package org.coexhub.platform.store;

import org.coexhub.platform.postgres.IndexCheck;
import org.springframework.boot.health.contributor.Health;

/**
 * Describes the database for health: {@code indexes} is {@code checked}, or {@code unchecked} and how far the check is.
 */
final class DatabaseHealth {

    private DatabaseHealth() {}

    /** @param check null where the database is not the hub's own */
    static Health of(IndexCheck check) {
        if (check == null) {
            return Health.up().withDetail("server", "HUB_DB_URL").build();
        }
        IndexCheck.Progress progress = check.progress();
        Health.Builder health = Health.up().withDetail("server", "the hub's own");
        if (progress.isDone()) {
            health.withDetail("indexes", "checked");
        } else {
            health.withDetail("indexes", "unchecked")
                    .withDetail("indexesChecked", progress.checked())
                    .withDetail("indexesInAll", progress.all());
        }
        if (!progress.fault().isEmpty()) {
            health.withDetail("fault", progress.fault());
        }
        return health.withDetail("indexesBuiltAnew", progress.rebuilt()).build();
    }
}
