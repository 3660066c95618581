package org.coexhub.platform.http;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Configures the container of the public port beyond Spring Boot's settings, and what its callers share. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(HttpSettings.class)
class PublicPort {

    /** Connections may take a quarter of the heap for the container's buffers. */
    private static final int SHARE_OF_CONNECTIONS = 4;

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> publicPortContainer(
            HttpSettings settings) {
        return container -> {
            container.setProtocol(HubProtocol.class.getName());
            container.addEngineValves(new UnreadBodyValve());
            container.addConnectorCustomizers(
                    connector -> {
                        var protocol = (HubProtocol) connector.getProtocolHandler();
                        protocol.setLongestHead(settings.longestHead());
                        protocol.setMaxConnections(
                                Math.min(protocol.getMaxConnections(), mostConnections()));
                    });
        };
    }

    @Bean
    UnverifiedBytes unverifiedBytes(HttpSettings settings, MeterRegistry meters) {
        var bytes = new UnverifiedBytes(settings.mostUnverified());
        Gauge.builder("hub_http_unverified_bytes", bytes, UnverifiedBytes::total)
                .description("memory of requests whose sender is not verified yet")
                .register(meters);
        return bytes;
    }

    private static int mostConnections() {
        long heap = Runtime.getRuntime().maxMemory();
        return Math.clamp(
                heap / SHARE_OF_CONNECTIONS / UnverifiedBytes.REQUEST_BYTES, 1, Integer.MAX_VALUE);
    }
}
