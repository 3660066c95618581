package org.coexhub;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;

import java.time.Clock;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(HubSettings.class)
@EnableScheduling
class HubConfiguration {

    /** The only clock there is; tests put their own in its place. */
    @Bean
    StoreClock clock() {
        return new StoreClock(Clock.systemUTC());
    }
}
