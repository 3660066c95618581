package org.coexhub.broker.journal;

import jakarta.jms.JMSException;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jms.JmsException;
import org.springframework.transaction.TransactionException;

/** Tells a failure of the hub's own store or broker: the work is right, the moment is wrong. */
final class RetryLater {

    private RetryLater() {}

    /**
     * Whether the failure is the surroundings' and not the event's. In doubt it is: then the work comes again and is not
     * lost. Only a value the database refuses is held against the event that carries it.
     */
    static boolean isCauseOf(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause() == t ? null : t.getCause()) {
            if (t instanceof DataIntegrityViolationException) {
                return false;
            }
            if (t instanceof JMSException
                    || t instanceof JmsException
                    || t instanceof DataAccessException
                    || t instanceof TransactionException
                    || t instanceof Error) {
                return true;
            }
        }
        return false;
    }
}
