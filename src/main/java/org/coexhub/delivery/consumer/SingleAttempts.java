package org.coexhub.delivery.consumer;

import org.apache.camel.CamelContext;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.springframework.stereotype.Component;

import java.util.List;

/**
 * Configures Camel's HTTP client to make one request per delivery attempt. The HTTP client would by itself repeat what
 * was answered 429 or 503, and sit out a {@code Retry-After} of any length on the consumer's thread, where neither the
 * circuit nor an operator sees it.
 */
@Component
class SingleAttempts implements CamelContextConfiguration {

    private static final List<String> SCHEMES = List.of("http", "https");

    @Override
    public void beforeApplicationStart(CamelContext context) {
        for (String scheme : SCHEMES) {
            context.getComponent(scheme, HttpComponent.class)
                    .setHttpClientConfigurer(client -> client.disableAutomaticRetries());
        }
    }

    @Override
    public void afterApplicationStart(CamelContext context) {
        // The components are set up before the first route is loaded.
    }
}
