package org.coexhub;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;

import java.time.Clock;
import java.time.InstantSource;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(HubSettings.class)
@EnableScheduling
class HubConfiguration {

    /** The only clock there is; tests put their own in its place. */
    @Bean
    InstantSource clock() {
        return Clock.systemUTC();
    }
}
