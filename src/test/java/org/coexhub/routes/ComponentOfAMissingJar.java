package org.coexhub.routes;

import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;

import java.util.Map;

/** A connector whose own jar is there, and one that it needs is not. */
public final class ComponentOfAMissingJar extends DefaultComponent {

    @Override
    protected Endpoint createEndpoint(
            String uri, String remaining, Map<String, Object> parameters) {
        throw new NoClassDefFoundError("com/example/Client");
    }
}
