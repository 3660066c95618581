package org.coexhub.delivery.consumer;

import org.apache.camel.CamelContext;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

import java.time.Duration;
import java.util.List;

/**
 * Configures Camel's HTTP client, by which route files call others: one request per delivery attempt, and {@link
 * AnswerBounds an end} to what is answered. The HTTP client would by itself repeat what was answered 429 or 503, and sit
 * out a {@code Retry-After} of any length on the consumer's thread, where neither the circuit nor an operator sees it.
 */
@Component
class HttpSteps implements CamelContextConfiguration {

    /** As much as the hub's own clients read at most; a step may fetch a list with it. */
    static final int MOST_BYTES = 16 * 1024 * 1024;

    /** From the request to the last byte. A route file may set less by {@code responseTimeout}, which is for each byte. */
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private static final List<String> SCHEMES = List.of("http", "https");

    private final AnswerBounds bounds;

    @Autowired
    HttpSteps() {
        this(LONGEST);
    }

    HttpSteps(Duration longest) {
        bounds = new AnswerBounds(MOST_BYTES, longest);
    }

    @Override
    public void beforeApplicationStart(CamelContext context) {
        for (String scheme : SCHEMES) {
            context.getComponent(scheme, HttpComponent.class)
                    .setHttpClientConfigurer(
                            client ->
                                    client.disableAutomaticRetries()
                                            .addExecInterceptorFirst("answer-bounds", bounds));
        }
    }

    @Override
    public void afterApplicationStart(CamelContext context) {
        // The components are set up before the first route is loaded.
    }

    /** Requests whose answers are not whole yet. */
    int underWay() {
        return bounds.underWay();
    }
}
