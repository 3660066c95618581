package org.coexhub.platform.store;

import org.coexhub.platform.postgres.PostgresStart;
import org.coexhub.platform.settings.DataDirectory;
import org.coexhub.platform.settings.HubSettings;
import org.coexhub.platform.settings.Purpose;
import org.springframework.boot.context.event.ApplicationFailedEvent;
import org.springframework.boot.context.event.ApplicationPreparedEvent;
import org.springframework.boot.context.event.SpringApplicationEvent;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.ConfigurableEnvironment;

import java.nio.file.Path;

/**
 * A listener that starts the hub's own database as soon as the settings are known to be right, while Spring looks for its
 * beans. Without it the database starts when its bean is made.
 */
public final class EarlyDatabaseStart implements ApplicationListener<SpringApplicationEvent> {

    private PostgresStart started;

    @Override
    public void onApplicationEvent(SpringApplicationEvent event) {
        if (event instanceof ApplicationPreparedEvent prepared) {
            ConfigurableEnvironment environment = prepared.getApplicationContext().getEnvironment();
            if (StoreConfiguration.isOwn(environment)) {
                started = begin(environment);
                prepared.getApplicationContext()
                        .getBeanFactory()
                        .registerSingleton("postgresStart", started);
            }
        } else if (event instanceof ApplicationFailedEvent && started != null) {
            started.abandon();
        }
    }

    private static PostgresStart begin(ConfigurableEnvironment environment) {
        Binder settings = Binder.get(environment);
        Path data = settings.bindOrCreate("hub", HubSettings.class).dataDir();
        DataDirectory.claim(data, Purpose.of(environment));
        return StoreConfiguration.begin(settings.bindOrCreate("hub.db", StoreSettings.class), data);
    }
}
