package org.coexhub.delivery.consumer;

import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.spi.EndpointStrategy;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.spi.HeaderFilterStrategyAware;
import org.apache.camel.support.PluginHelper;
import org.springframework.stereotype.Component;

/**
 * Keeps the headers of the hub and of the broker from leaving: whatever a route file calls, {@code Hub*} and
 * {@code JMS*} leave by {@code jms:} only. They name customers and conversations, and no third party has asked for
 * them.
 */
@Component
final class InternalHeaders implements EndpointStrategy {

    @Override
    public Endpoint registerEndpoint(String uri, Endpoint endpoint) {
        if (!endpoint.getEndpointUri().startsWith("jms:")) {
            keepBack(endpoint);
            keepBack(
                    PluginHelper.getBeanIntrospection(endpoint.getCamelContext())
                            .getOrElseProperty(endpoint, "configuration", null, false));
        }
        return endpoint;
    }

    private static void keepBack(Object sender) {
        if (sender instanceof HeaderFilterStrategyAware aware
                && aware.getHeaderFilterStrategy() != null
                && !(aware.getHeaderFilterStrategy() instanceof Inside)) {
            aware.setHeaderFilterStrategy(new Inside(aware.getHeaderFilterStrategy()));
        }
    }

    /** The endpoint's own filter, and ours before it. */
    private record Inside(HeaderFilterStrategy own) implements HeaderFilterStrategy {

        @Override
        public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
            return name.startsWith("Hub")
                    || name.startsWith("JMS")
                    || own.applyFilterToCamelHeaders(name, value, exchange);
        }

        @Override
        public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
            return own.applyFilterToExternalHeaders(name, value, exchange);
        }
    }
}
