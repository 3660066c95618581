package org.coexhub.eventlog;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

import org.apache.camel.spring.spi.SpringTransactionPolicy;
import org.coexhub.HubSettings;
import org.springframework.boot.autoconfigure.flyway.FlywayConfigurationCustomizer;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;

import java.util.Map;

/** Opens the database, H2 file or PostgreSQL; the SQL and the migrations are the same for both. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(StoreSettings.class)
class StoreConfiguration {

    @Bean(destroyMethod = "close")
    HikariDataSource dataSource(StoreSettings settings, HubSettings hub) {
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
                            + hub.dataDir().toAbsolutePath().resolve("store/hub")
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

    /** For {@code transacted: {ref: storeTransaction}}: one database transaction around the steps inside. */
    @Bean
    SpringTransactionPolicy storeTransaction(PlatformTransactionManager transactions) {
        var policy = new SpringTransactionPolicy();
        policy.setTransactionManager(transactions);
        policy.setPropagationBehaviorName("PROPAGATION_REQUIRED");
        return policy;
    }
}
