package org.coexhub.platform.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

import org.apache.camel.spring.spi.SpringTransactionPolicy;
import org.coexhub.platform.postgres.IndexCheck;
import org.coexhub.platform.postgres.PostgresServer;
import org.coexhub.platform.postgres.PostgresStart;
import org.coexhub.platform.settings.DataDirectory;
import org.coexhub.platform.settings.Purpose;
import org.coexhub.platform.settings.SystemAway;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.transaction.PlatformTransactionManager;

import java.nio.file.Path;

/** Opens the database: the PostgreSQL that comes with the hub, or the one that is named. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(StoreSettings.class)
class StoreConfiguration {

    private static final int POOL_TIMEOUT_MILLIS = 3000;

    /** How to reach the database, wherever it is. */
    record StoreAddress(String url, String user, String password) {
        @Override
        public String toString() {
            return "StoreAddress[" + url.replaceAll("\\?.*", "") + "]";
        }
    }

    /** Where no other is named, the hub's own database; it is stopped after the pool is closed. */
    @Bean(destroyMethod = "close")
    @Conditional(NoOtherDatabase.class)
    PostgresServer postgresServer(
            StoreSettings settings, DataDirectory data, ObjectProvider<PostgresStart> early) {
        return early.getIfAvailable(() -> begin(settings, data.path())).server();
    }

    /** @param data this hub's data directory */
    static PostgresStart begin(StoreSettings settings, Path data) {
        return PostgresStart.begin(data.resolve("postgres"), settings.connections());
    }

    /** No other database is named. */
    static boolean isOwn(Environment environment) {
        return environment.getProperty("hub.db.url", "").isBlank();
    }

    /** Begins when webhooks are taken, and disturbs no start. */
    @Bean
    @Conditional(NoOtherDatabase.class)
    IndexCheck indexCheck(PostgresServer server) {
        return new IndexCheck(server);
    }

    @Bean
    @Conditional(NoOtherDatabase.class)
    ApplicationListener<ApplicationReadyEvent> indexCheckStart(IndexCheck check) {
        return ready -> check.start();
    }

    /** Says which database it is, and whether its indexes are to be trusted after a kill. */
    @Bean
    HealthIndicator databaseHealthIndicator(ObjectProvider<IndexCheck> own) {
        return () -> DatabaseHealth.of(own.getIfAvailable());
    }

    @Bean
    StoreAddress storeAddress(StoreSettings settings, ObjectProvider<PostgresServer> own) {
        PostgresServer server = own.getIfAvailable();
        return server == null
                ? new StoreAddress(settings.url(), settings.user(), settings.password())
                : new StoreAddress(server.url(), server.user(), server.password());
    }

    @Bean(destroyMethod = "close")
    HikariDataSource dataSource(StoreSettings settings, StoreAddress address) {
        var pool = new HikariConfig();
        pool.setPoolName("store");
        pool.setMaximumPoolSize(settings.connections());
        pool.setConnectionTimeout(POOL_TIMEOUT_MILLIS);
        pool.setJdbcUrl(address.url());
        pool.setUsername(address.user());
        pool.setPassword(address.password());
        pool.addDataSourceProperty("reWriteBatchedInserts", "true");
        // Without this an error text carries the row, and so a customer's words, into the log.
        pool.addDataSourceProperty("logServerErrorDetail", "false");
        pool.addDataSourceProperty("socketTimeout", "30");
        pool.addDataSourceProperty("tcpKeepAlive", "true");
        // By it whoever exports the database sees that a hub is at work in it.
        pool.addDataSourceProperty("ApplicationName", "coexistence-hub");
        return new HikariDataSource(pool);
    }

    /** Spring Boot hands it to Flyway. */
    @Bean
    DevelopmentDatabase developmentDatabase(Environment environment, DataDirectory data) {
        String address = SystemAway.place(environment, "hub.db.url");
        return address.isEmpty()
                ? DevelopmentDatabase.in(data.path())
                : DevelopmentDatabase.at(address);
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

    /** No address of a database is set. */
    static final class NoOtherDatabase implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return isOwn(context.getEnvironment());
        }
    }
}
