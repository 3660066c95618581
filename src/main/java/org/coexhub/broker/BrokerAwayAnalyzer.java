package org.coexhub.broker;

import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;

import org.coexhub.settings.SystemAway;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/** Says in a line that the external broker is away or lets the hub not in, in place of a stack trace. */
final class BrokerAwayAnalyzer extends AbstractFailureAnalyzer<JMSException> implements Ordered {

    private final Environment environment;

    BrokerAwayAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    protected FailureAnalysis analyze(Throwable root, JMSException fault) {
        String place = SystemAway.place(environment, "hub.broker.url");
        if (place.isEmpty()) {
            return null;
        }
        String said =
                fault instanceof JMSSecurityException
                        ? "HUB_BROKER_USER, HUB_BROKER_PASSWORD (hub.broker.user,"
                                + " hub.broker.password): the broker at %s does not let this user"
                                + " in, or do what the hub needs: %s"
                        : "HUB_BROKER_URL (hub.broker.url): the broker at %s cannot be reached: %s."
                                + " Is it running, and is the address right, e.g."
                                + " tcp://broker:61616?";
        return new FailureAnalysis(said.formatted(place, SystemAway.reason(fault)), null, fault);
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }
}
