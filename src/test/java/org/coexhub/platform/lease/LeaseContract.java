package org.coexhub.platform.lease;

import static org.assertj.core.api.Assertions.assertThat;

import org.coexhub.testing.HeldRows;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.time.Duration;

import javax.sql.DataSource;

/** The rules of a lease, on a real database. */
abstract class LeaseContract {

    private final JdbcClient jdbc;
    private final LeaseStore store;

    LeaseContract(DataSource database) {
        this.jdbc = JdbcClient.create(database);
        this.store = new LeaseStore(jdbc);
    }

    @Test
    void oneHasItUntilItIsLetGo() {
        var mine = new Lease(store, "work");
        var other = new Lease(store, "work");

        assertThat(mine.take()).isPresent();
        assertThat(other.take()).isEmpty();
        assertThat(mine.keep()).isTrue();
        assertThat(other.isHeld()).isFalse();
        assertThat(new Lease(store, "other work").take()).isPresent();

        mine.letGo();

        assertThat(mine.isHeld()).isFalse();
        assertThat(other.take())
                .hasValueSatisfying(
                        idle -> assertThat(idle).isBetween(Duration.ZERO, Duration.ofMinutes(1)));
    }

    @Test
    void afterItsEndAnotherMayHaveIt() {
        var mine = new Lease(store, "work");
        assertThat(mine.take()).isPresent();
        HeldRows.age(jdbc, "lease", Duration.ofSeconds(30));

        var other = new Lease(store, "work");

        assertThat(other.take())
                .hasValueSatisfying(
                        idle ->
                                assertThat(idle)
                                        .isBetween(Duration.ofSeconds(19), Duration.ofSeconds(80)));
        assertThat(store.keep("work", "mine", Lease.LENGTH)).isFalse();
        mine.letGo();
        assertThat(new Lease(store, "work").take()).isEmpty();
    }

    @Test
    void whatProcessesOfBeforeHeldIsFreedAtOnce() {
        new Lease(store, "work").take();

        store.freeAll();

        assertThat(new Lease(store, "work").take()).isPresent();
    }

    @Test
    void aForgottenOneIsNewAgain() {
        new Lease(store, "work").take();

        store.forget("work");

        assertThat(new Lease(store, "work").take())
                .hasValueSatisfying(idle -> assertThat(idle).isGreaterThan(Duration.ofDays(365)));
    }
}
