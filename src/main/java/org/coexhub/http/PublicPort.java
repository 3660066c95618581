package org.coexhub.http;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import org.apache.coyote.AbstractProtocol;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

/** What the container of the public port is set to beyond Spring Boot's settings, and what its callers share. */
@Configuration(proxyBeanMethods = false)
class PublicPort {

    /** Connections may take a quarter of the heap for the container's buffers, ... */
    private static final int SHARE_OF_CONNECTIONS = 4;

    /** ... and bodies of callers who are not verified yet an eighth. */
    private static final int SHARE_OF_UNVERIFIED = 8;

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> publicPortContainer() {
        return container -> {
            container.setProtocol(HubProtocol.class.getName());
            container.addEngineValves(new UnreadBodyValve());
            container.addConnectorCustomizers(
                    connector -> {
                        var protocol = (AbstractProtocol<?>) connector.getProtocolHandler();
                        protocol.setMaxConnections(
                                Math.min(protocol.getMaxConnections(), mostConnections()));
                    });
        };
    }

    @Bean
    UnverifiedBytes unverifiedBytes(
            @Value("${hub.http.max-unverified-size:0B}") DataSize most, MeterRegistry meters) {
        var bytes = new UnverifiedBytes(most.toBytes() > 0 ? most.toBytes() : mostUnverified());
        Gauge.builder("hub_http_unverified_bytes", bytes, UnverifiedBytes::total)
                .description("memory of requests whose sender is not verified yet")
                .register(meters);
        return bytes;
    }

    private static int mostConnections() {
        long most = heap() / SHARE_OF_CONNECTIONS / UnverifiedBytes.REQUEST_BYTES;
        return (int) Math.min(Integer.MAX_VALUE, most);
    }

    private static long mostUnverified() {
        return heap() / SHARE_OF_UNVERIFIED;
    }

    private static long heap() {
        return Runtime.getRuntime().maxMemory();
    }
}
