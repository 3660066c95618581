package org.coexhub.platform.broker;

import jakarta.jms.JMSException;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotReadableException;

import org.springframework.jms.JmsException;
import org.springframework.jms.support.converter.MessageConversionException;
import org.springframework.transaction.TransactionSystemException;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Set;

/**
 * Tells failures of the hub's own store or broker, which pass by themselves, from failures of the work in hand.
 *
 * <p>Only the failures named here are repeated without end. Everything else is held against the message that met it,
 * because a message that is repeated for ever stops all that come after it.
 */
public final class PassingFailure {

    /**
     * Classes of SQLSTATE: 08 connection, 40 transaction rolled back (deadlock, serialisation), 53 insufficient
     * resources, 55 object not in prerequisite state (locks), 57 operator intervention (shutdown, cancelled).
     * Source: PostgreSQL, appendix "Error Codes".
     */
    private static final Set<String> CLASSES = Set.of("08", "40", "53", "55", "57");

    /** 25006: a read-only transaction, as on a PostgreSQL that has just become a standby. */
    private static final Set<String> STATES = Set.of("25006");

    private PassingFailure() {}

    /** Whether the failure, or what caused it, is one that passes without anybody changing the message. */
    public static boolean isCauseOf(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause() == t ? null : t.getCause()) {
            if (passes(t)) {
                return true;
            }
        }
        return false;
    }

    /** Whether it is a passing one of the store alone, so that the session with the broker is as it was. */
    public static boolean isOfTheStore(Throwable failure) {
        if (!isCauseOf(failure)) {
            return false;
        }
        for (Throwable t = failure; t != null; t = t.getCause() == t ? null : t.getCause()) {
            if (t instanceof JMSException
                    || t instanceof JmsException
                    || t instanceof BrokerUnavailableException) {
                return false;
            }
        }
        return true;
    }

    private static boolean passes(Throwable failure) {
        return switch (failure) {
            case MessageFormatException content -> false;
            case MessageEOFException content -> false;
            case MessageNotReadableException content -> false;
            case MessageConversionException content -> false;
            case JMSException broker -> true;
            case JmsException broker -> !(broker.getCause() instanceof MessageFormatException);
            case BrokerUnavailableException broker -> true;
            // What a connection pool throws when all its connections are taken
            case SQLTransientException pool -> true;
            case SQLRecoverableException connection -> true;
            case SQLNonTransientConnectionException connection -> true;
            case SQLException sql ->
                    sql.getSQLState() == null ? isClosed(sql) : passes(sql.getSQLState());
            // A roll-back that failed as well hides why it was wanted.
            case TransactionSystemException end ->
                    end.getApplicationException() != null
                            && isCauseOf(end.getApplicationException());
            default -> false;
        };
    }

    /** What the pool's connections say, without a state, once they broke: HikariCP's {@code ProxyConnection}. */
    private static boolean isClosed(SQLException failure) {
        return "Connection is closed".equals(failure.getMessage());
    }

    private static boolean passes(String state) {
        return STATES.contains(state)
                || state.length() == 5 && CLASSES.contains(state.substring(0, 2));
    }
}
