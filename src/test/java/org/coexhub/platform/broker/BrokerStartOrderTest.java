package org.coexhub.platform.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.coexhub.platform.postgres.PostgresServer;
import org.coexhub.platform.settings.DataDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import java.nio.file.Path;

/** A data directory that another hub has is left alone by the broker as well. */
class BrokerStartOrderTest {

    @TempDir Path data;

    @Test
    void theBrokerTouchesNothingUntilTheDatabaseHasTheDataDirectory() {
        new ApplicationContextRunner()
                .withUserConfiguration(BrokerConfiguration.class)
                .withBean(DataDirectory.class, () -> new DataDirectory(data))
                .withBean(
                        PostgresServer.class,
                        BrokerStartOrderTest::refused,
                        definition -> definition.setLazyInit(true))
                .run(
                        context -> {
                            assertThat(context).hasFailed();
                            assertThat(data).isEmptyDirectory();
                        });
    }

    private static PostgresServer refused() {
        throw new IllegalStateException("another hub uses the database there");
    }
}
