package org.coexhub.command.queue;

import static org.assertj.core.api.Assertions.assertThat;

import org.coexhub.command.Caller;
import org.coexhub.command.CommandStore;
import org.coexhub.command.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Whose a message is that lay on the programs' queue at the upgrade, and whose one that came afterwards. */
class QueueCallersTest {

    private static final String HUB = "hub (inside)";

    private final CommandStore store =
            new CommandStore(TestDatabase.postgres(), InstantSource.system());
    private final Instant upgraded = store.keysUpgradedAt();
    private final long before = upgraded.minusSeconds(60).toEpochMilli();

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = HUB)
    void whatTheHubItselfMayHaveSentBeforeTheUpgradeIsTheEarlierVersions(String user) {
        assertThat(callers(Duration.ofMinutes(1)).program(user, before))
                .isEqualTo(Caller.EARLIER_VERSION);
        long after = upgraded.plusSeconds(1).toEpochMilli();
        assertThat(callers(Duration.ofMinutes(1)).program(user, after))
                .isEqualTo(Caller.program(user));
        assertThat(callers(Duration.ofDays(7)).program(user, before))
                .as("an old time is only somebody's claim by then")
                .isEqualTo(Caller.program(user));
    }

    @Test
    void aProgramKeepsItsNameHoweverOldItsMessageIs() {
        assertThat(callers(Duration.ofMinutes(1)).program("erp", before))
                .isEqualTo(Caller.program("erp"));
    }

    private QueueCallers callers(Duration sinceUpgrade) {
        return new QueueCallers(store, () -> upgraded.plus(sinceUpgrade), HUB);
    }
}
