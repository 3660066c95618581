package org.coexhub.platform.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.coexhub.platform.settings.Purpose;
import org.coexhub.platform.settings.SettingFaultException;
import org.coexhub.testing.TestDatabase;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

import java.nio.file.Files;
import java.nio.file.Path;

import javax.sql.DataSource;

/** A database belongs to production or to the sandbox, and is refused by the other untouched. */
class StorePurposeTest {

    private final DataSource database = TestDatabase.postgres();
    private final JdbcTemplate sql = new JdbcTemplate(database);

    @TempDir Path later;

    @Test
    void aNewDatabaseIsMarkedOnce() {
        startAs(Purpose.PRODUCTION);
        startAs(Purpose.PRODUCTION);

        assertThat(sql.queryForList("SELECT purpose FROM store_purpose", String.class))
                .containsExactly("production");
    }

    @Test
    void theSandboxRefusesProductionsDatabaseAndMigratesNothing() throws Exception {
        startAs(Purpose.PRODUCTION);
        Files.writeString(later.resolve("V1000__later.sql"), "CREATE TABLE later (id INT);");

        assertThatThrownBy(() -> startAs(Purpose.SANDBOX))
                .rootCause()
                .isInstanceOf(SettingFaultException.class)
                .hasMessageContaining("The database is one of production, and this is sandbox");
        assertThat(sql.queryForObject("SELECT to_regclass('later') IS NULL", Boolean.class))
                .isTrue();
    }

    @Test
    void productionRefusesTheSandboxsDatabase() {
        sql.update("INSERT INTO store_purpose VALUES ('sandbox')");

        assertThatThrownBy(() -> startAs(Purpose.PRODUCTION))
                .rootCause()
                .hasMessageContaining("The database is one of sandbox, and this is production");
        assertThatCode(() -> startAs(Purpose.SANDBOX)).doesNotThrowAnyException();
    }

    private void startAs(Purpose purpose) {
        Flyway.configure()
                .dataSource(database)
                .locations("classpath:db/migration", "filesystem:" + later)
                .callbacks(new StorePurpose(purpose))
                .load()
                .migrate();
    }
}
