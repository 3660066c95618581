package org.coexhub.api;

import org.coexhub.RouteFiles;
import org.coexhub.broker.Broker;
import org.coexhub.http.PublicPortLook;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What the management port tells. Ready means: a webhook can be stored durably now. A destination that is down or a route
 * file that does not load is shown, and makes nobody restart a hub that works.
 */
@Configuration(proxyBeanMethods = false)
class HubHealth {

    @Bean
    HealthIndicator journalHealthIndicator(Broker broker) {
        return () ->
                broker.storesDurably()
                        ? Health.up().build()
                        : Health.down()
                                .withDetail(
                                        "fault",
                                        "the broker is down or its disk is full; webhooks are"
                                                + " answered 503")
                                .build();
    }

    @Bean
    HealthIndicator publicPortHealthIndicator(PublicPortLook look) {
        return () ->
                look.answers()
                        ? Health.up().build()
                        : Health.down()
                                .withDetail(
                                        "fault", "the public port did not answer within 2 seconds")
                                .build();
    }

    @Bean
    HealthIndicator routeFilesHealthIndicator(RouteFiles files) {
        return () -> Health.up().withDetail("problems", files.problems()).build();
    }
}
