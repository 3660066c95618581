package org.coexhub.api;

import org.coexhub.outbound.send.SendHold;
import org.coexhub.platform.broker.Broker;
import org.coexhub.platform.http.PublicPortLook;
import org.coexhub.routes.RouteFiles;
import org.coexhub.state.media.DiskLimit;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Defines the health that the management port reports. Ready means: a webhook can be stored durably now. A destination
 * that is down or a route file that does not load is shown, as is a disk too full for files of messages, and makes
 * nobody restart a hub that works.
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
    HealthIndicator mediaHealthIndicator(DiskLimit disk) {
        return () ->
                Health.up()
                        .withDetail(
                                "fetching",
                                disk.isPaused()
                                        ? "paused: the disk of HUB_DATA_DIR is fuller than "
                                                + disk.percent()
                                                + " %, see HUB_MEDIA_MAX_DISK_USAGE"
                                        : "as files come")
                        .build();
    }

    @Bean
    HealthIndicator sendingHealthIndicator(SendHold hold) {
        return () ->
                Health.up()
                        .withDetail(
                                "commands",
                                hold.isOn()
                                        ? "wait: a backup was restored or an export imported; see"
                                                + " GET /api/v1/sending and release it"
                                        : "go out as they come")
                        .build();
    }

    @Bean
    HealthIndicator routeFilesHealthIndicator(RouteFiles files) {
        return () -> Health.up().withDetail("problems", files.problems()).build();
    }
}
