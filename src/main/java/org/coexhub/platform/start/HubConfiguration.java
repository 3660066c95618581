package org.coexhub.platform.start;

import org.coexhub.platform.settings.DataDirectory;
import org.coexhub.platform.settings.HubSettings;
import org.coexhub.platform.settings.Purpose;
import org.coexhub.platform.store.StoreClock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.scheduling.annotation.EnableScheduling;

import java.time.Clock;

/** Creates the beans that the whole hub needs, and binds its settings. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(HubSettings.class)
@EnableScheduling
class HubConfiguration {

    /** Marked before broker, database or media put anything into it. */
    @Bean
    DataDirectory dataDirectory(HubSettings settings, Environment environment) {
        return DataDirectory.claim(settings.dataDir(), Purpose.of(environment));
    }

    /** The only clock there is; tests put their own in its place. */
    @Bean
    StoreClock clock() {
        return new StoreClock(Clock.systemUTC());
    }
}
