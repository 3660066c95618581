package org.coexhub.command.queue;

import jakarta.jms.JMSException;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.jms.JmsMessage;
import org.coexhub.broker.QueueNames;
import org.coexhub.command.Caller;
import org.coexhub.command.CommandStore;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Whose a command on a queue is: the broker's validated user, which no sender can write; or what the hub itself wrote on the
 * queue that only it may write to. What lay on the programs' queue when keys got their namespaces, from the hub's own user or
 * from one that the broker does not tell, is an earlier version's: its connectors sent there.
 */
public final class QueueCallers {

    private static final String VALIDATED_USER = "JMSXUserID";

    /** As long as keys are kept at least; then an old time is only somebody's claim. */
    private static final Duration UPGRADING = Duration.ofDays(7);

    private final CommandStore store;
    private final InstantSource clock;
    private final String ownUser;
    private Instant upgradedAt;

    /** @param ownUser as the broker knows the hub itself */
    public QueueCallers(CommandStore store, InstantSource clock, String ownUser) {
        this.store = store;
        this.clock = clock;
        this.ownUser = ownUser;
    }

    Caller of(Exchange exchange) {
        Message message = exchange.getMessage();
        if (exchange.getProperty(QueueNames.OWN, false, Boolean.class)) {
            return Caller.inside(message.getHeader(QueueNames.NAMESPACE, String.class));
        }
        return program(validatedUser(message), message.getHeader("JMSTimestamp", 0L, Long.class));
    }

    Caller program(String user, long sent) {
        boolean perhapsHub = user == null || user.equals(ownUser);
        return perhapsHub && isOlderThanNamespaces(sent)
                ? Caller.EARLIER_VERSION
                : Caller.program(user);
    }

    private static String validatedUser(Message message) {
        try {
            return message instanceof JmsMessage jms && jms.getJmsMessage() != null
                    ? jms.getJmsMessage().getStringProperty(VALIDATED_USER)
                    : null;
        } catch (JMSException unreadable) {
            return null;
        }
    }

    private boolean isOlderThanNamespaces(long sent) {
        return sent > 0
                && Instant.ofEpochMilli(sent).isBefore(upgradedAt())
                && clock.instant().isBefore(upgradedAt().plus(UPGRADING));
    }

    private synchronized Instant upgradedAt() {
        if (upgradedAt == null) {
            upgradedAt = store.keysUpgradedAt();
        }
        return upgradedAt;
    }
}
