package org.coexhub.delivery.failure;

import com.fasterxml.jackson.core.JsonProcessingException;

import jakarta.jms.JMSException;

import org.apache.camel.http.base.HttpOperationFailedException;
import org.coexhub.event.json.JsonFault;
import org.coexhub.platform.broker.BrokerUnavailableException;
import org.coexhub.platform.broker.PassingFailure;
import org.coexhub.platform.http.AnswerTooLargeException;
import org.springframework.dao.DataAccessException;
import org.springframework.jms.JmsException;
import org.springframework.transaction.TransactionException;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * The verdict on a failed delivery: whether it is worth another try, and why it failed. Worth another try: no connection, no
 * answer in time, an answer that says "later". Not worth one: the other side understood and said no, or the event could
 * not be mapped.
 *
 * @param reason for the operator: kind of failure and status, never a body
 * @param status HTTP status, or null
 * @param retryAfter how long the other side asked to wait, or null
 * @param ofOneConversation the other side takes what belongs to other conversations
 * @param untilResumed the destination is to be paused until somebody resumes it
 */
public record Failure(
        boolean worthAnotherTry,
        String reason,
        Integer status,
        Duration retryAfter,
        boolean ofOneConversation,
        boolean untilResumed) {

    Failure(boolean worthAnotherTry, String reason, Integer status, Duration retryAfter) {
        this(worthAnotherTry, reason, status, retryAfter, false, false);
    }

    private static final Set<Integer> LATER = Set.of(408, 425, 429);

    /** Connectors have exceptions of their own; their names tell. */
    private static final Pattern PASSING =
            Pattern.compile(
                    "Timeout|TimedOut|Connect|Unavailable|Transient|Throttl|RateLimit|Disconnected|Unreachable");

    public static Failure of(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause() == t ? null : t.getCause()) {
            if (t instanceof DeliveryFailedException judged) {
                return judged.verdict();
            }
            if (t instanceof PartialDeliveryException partial) {
                return partial.verdict();
            }
            if (t instanceof HttpOperationFailedException http) {
                int status = http.getStatusCode();
                boolean later = saysLater(status);
                return new Failure(
                        later,
                        "HTTP " + status,
                        status,
                        later ? retryAfter(http.getResponseHeaders()) : null);
            }
            if (t instanceof JMSException
                    || t instanceof JmsException
                    || t instanceof BrokerUnavailableException
                    || t instanceof SQLException
                    || t instanceof DataAccessException
                    || t instanceof TransactionException) {
                // The hub's own broker or store: away, which is never the event's fault, or
                // refusing.
                boolean passes = PassingFailure.isCauseOf(t);
                return new Failure(passes, t.getClass().getSimpleName(), null, null);
            }
            if (t instanceof JsonProcessingException unreadable) {
                // An IOException by ancestry, but what cannot be mapped today cannot be mapped
                // tomorrow.
                return new Failure(false, JsonFault.of(unreadable), null, null);
            }
            if (t instanceof AnswerTooLargeException) {
                // Nor will it be smaller when the same is asked again.
                return new Failure(false, name(t), null, null);
            }
            if (t instanceof IOException || t instanceof TimeoutException || passing(t)) {
                return new Failure(true, name(t), null, null);
            }
        }
        Throwable root = root(failure);
        return new Failure(false, name(root), null, null);
    }

    /** The same of an event that was refused, again and again, while others were taken: lasting. */
    public Failure whileOthersWereTaken() {
        return new Failure(
                false, reason + ", while the destination took other events", status, null);
    }

    /** Whether an HTTP status means the same to whoever asks: come again. */
    public static boolean saysLater(int status) {
        return LATER.contains(status) || status >= 500;
    }

    private static boolean passing(Throwable t) {
        return PASSING.matcher(t.getClass().getSimpleName()).find();
    }

    private static String name(Throwable t) {
        String message = t.getMessage();
        String first = message == null ? "" : ": " + message.lines().findFirst().orElse("");
        return t.getClass().getSimpleName() + first.substring(0, Math.min(first.length(), 200));
    }

    private static Throwable root(Throwable t) {
        Throwable root = t;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root;
    }

    private static Duration retryAfter(Map<String, String> headers) {
        if (headers == null) {
            return null;
        }
        return headers.entrySet().stream()
                .filter(h -> h.getKey().equalsIgnoreCase("Retry-After"))
                .map(h -> h.getValue().strip())
                .filter(v -> v.matches("\\d{1,6}"))
                .map(v -> Duration.ofSeconds(Long.parseLong(v)))
                .map(d -> d.compareTo(Circuit.LONGEST_PAUSE) > 0 ? Circuit.LONGEST_PAUSE : d)
                .findFirst()
                .orElse(null);
    }
}
