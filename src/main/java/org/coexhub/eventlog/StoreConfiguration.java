package org.coexhub.eventlog;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

import org.apache.camel.spring.spi.SpringTransactionPolicy;
import org.coexhub.settings.DataDirectory;
import org.coexhub.settings.Purpose;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.transaction.PlatformTransactionManager;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/** Opens the database, H2 file or PostgreSQL; the SQL and the migrations are the same for both. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(StoreSettings.class)
class StoreConfiguration {

    /** Often enough that each sync is short, and seldom enough that their number does not count. */
    private static final Duration SYNC_PERIOD = Duration.ofMillis(100);

    /** Made before the pool and so closed after it. */
    @Bean
    StoreFileSync storeFileSync(StoreSettings settings, DataDirectory data) {
        var sync = new StoreFileSync(h2File(data, ".mv.db"), InstantSource.system());
        if (settings.url().isBlank()) {
            sync.start(SYNC_PERIOD);
        }
        return sync;
    }

    private static Path h2File(DataDirectory data, String suffix) {
        return data.path().toAbsolutePath().resolve("store/hub" + suffix);
    }

    @Bean(destroyMethod = "close")
    HikariDataSource dataSource(StoreSettings settings, DataDirectory data, StoreFileSync sync) {
        var pool = new HikariConfig();
        pool.setPoolName("store");
        pool.setMaximumPoolSize(settings.connections());
        pool.setConnectionTimeout(3000);
        if (settings.url().isBlank()) {
            // A commit is in the file before it returns: a kill must not take claims back that a
            // queue already knows.
            // As many statements as the hub has are kept prepared; eight by default, so each was
            // parsed anew.
            // Bodies stand in their rows: as separate objects they cost twice the time.
            pool.setJdbcUrl(
                    "jdbc:h2:file:"
                            + h2File(data, "")
                            + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH;WRITE_DELAY=0"
                            + ";QUERY_CACHE_SIZE=256;MAX_LENGTH_INPLACE_LOB=65536;LOCK_TIMEOUT=10000;DB_CLOSE_ON_EXIT=FALSE");
            pool.setUsername("hub");
        } else {
            pool.setJdbcUrl(settings.url());
            pool.setUsername(settings.user());
            pool.setPassword(settings.password());
            pool.addDataSourceProperty("reWriteBatchedInserts", "true");
            // Without this an error text carries the row, and so a customer's words, into the log.
            pool.addDataSourceProperty("logServerErrorDetail", "false");
            pool.addDataSourceProperty("socketTimeout", "30");
            pool.addDataSourceProperty("tcpKeepAlive", "true");
        }
        return new HikariDataSource(pool);
    }

    @Bean
    FlywayConfigurationCustomizer columnTypes(StoreSettings settings) {
        boolean h2 = settings.url().isBlank() || settings.url().startsWith("jdbc:h2");
        return flyway -> flyway.placeholders(Map.of("bytes", h2 ? "BINARY LARGE OBJECT" : "BYTEA"));
    }

    /** Spring Boot hands it to Flyway. */
    @Bean
    StorePurpose storePurpose(Environment environment) {
        return new StorePurpose(Purpose.of(environment));
    }

    /** For {@code transacted: {ref: storeTransaction}}: one database transaction around the steps inside. */
    @Bean
    SpringTransactionPolicy storeTransaction(PlatformTransactionManager transactions) {
        var policy = new SpringTransactionPolicy();
        policy.setTransactionManager(transactions);
        policy.setPropagationBehaviorName("PROPAGATION_REQUIRED");
        return policy;
    }
}
