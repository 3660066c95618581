package org.coexhub.platform.broker;

import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;

import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQSecurityException;
import org.coexhub.platform.settings.SystemAway;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/** Says in a line that the external broker is away or lets the hub not in, in place of a stack trace. */
final class BrokerAwayAnalyzer implements FailureAnalyzer, Ordered {

    private final Environment environment;

    BrokerAwayAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    public FailureAnalysis analyze(Throwable failure) {
        Throwable fault = ofBroker(failure);
        String place = fault == null ? "" : SystemAway.place(environment, "hub.broker.url");
        if (place.isEmpty()) {
            return null;
        }
        boolean refused =
                fault instanceof JMSSecurityException || fault instanceof ActiveMQSecurityException;
        String said =
                refused
                        ? "HUB_BROKER_USER, HUB_BROKER_PASSWORD (hub.broker.user,"
                                + " hub.broker.password): the broker at %s does not let this user"
                                + " in, or do what the hub needs: %s"
                        : "HUB_BROKER_URL (hub.broker.url): the broker at %s cannot be reached: %s."
                                + " Is it running, and is the address right, e.g."
                                + " tcp://broker:61616?";
        return new FailureAnalysis(said.formatted(place, SystemAway.reason(fault)), null, fault);
    }

    /** By JMS or by Artemis' own client, whichever asked first. */
    private static Throwable ofBroker(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause() == t ? null : t.getCause()) {
            if (t instanceof JMSException || t instanceof ActiveMQException) {
                return t;
            }
        }
        return null;
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }
}
