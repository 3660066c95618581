package org.coexhub.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.coexhub.settings.Purpose;
import org.coexhub.settings.SettingFault;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

import java.util.Map;

import javax.sql.DataSource;

/** A database belongs to production or to the sandbox, and is refused by the other untouched; on each database. */
abstract class StorePurposeContract {

    private DataSource database;
    private JdbcTemplate sql;

    /** One with the hub's tables and no mark, as it was before there were marks. */
    abstract DataSource migrated();

    abstract String bytes();

    @BeforeEach
    void open() {
        database = migrated();
        sql = new JdbcTemplate(database);
    }

    @Test
    void aDatabaseWithoutMarkIsProductionsAndMarkedSo() {
        startAs(Purpose.PRODUCTION);
        startAs(Purpose.PRODUCTION);

        assertThat(sql.queryForList("SELECT purpose FROM store_purpose", String.class))
                .containsExactly("production");
    }

    @Test
    void theSandboxRefusesProductionsDatabaseAndMigratesNothing() {
        sql.execute("DROP TABLE store_purpose");
        sql.update("DELETE FROM flyway_schema_history WHERE CAST(version AS INTEGER) >= 24");

        assertThatThrownBy(() -> startAs(Purpose.SANDBOX))
                .rootCause()
                .isInstanceOf(SettingFault.class)
                .hasMessageContaining("The database is one of production, and this is sandbox");
        assertThat(
                        sql.queryForObject(
                                "SELECT COUNT(*) FROM flyway_schema_history WHERE version = '24'",
                                Integer.class))
                .isZero();
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
                .locations("classpath:db/migration")
                .placeholders(Map.of("bytes", bytes()))
                .callbacks(new StorePurpose(purpose))
                .load()
                .migrate();
    }
}
