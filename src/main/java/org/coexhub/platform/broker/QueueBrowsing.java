package org.coexhub.platform.broker;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.QueueBrowser;

import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.stereotype.Component;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks at what a queue holds, from its head to its end, and takes nothing.
 *
 * <p><b>Why all of it is seen.</b> A browser is told that the queue ends when the broker has nothing to hand out at that
 * moment, and that is so as well while it still tidies up after a message that was sent in pieces (from 100 KB on). So
 * the end is believed only where as many were seen as the queue has; before, the same browser is asked again, and goes on
 * where it stood.
 *
 * <p><b>What it holds.</b> One message at a time comes from the broker, a large one in pieces, each asked for when the one
 * before it is used up: of a letter of 3 MB a few hundred KB at most are in memory. With more at a time Artemis' client
 * asks for the next while it hands out what it has, on a thread of its own, and the end comes too early for small messages
 * as well; without a limit the broker sends all at once. Each message is sent whole, though: Artemis knows no other way.
 */
@Component
public class QueueBrowsing {

    private static final Duration PAUSE = Duration.ofMillis(20);

    /** As often in a row nothing came although there is more: then it is in somebody's hand, where nobody sees it. */
    private static final int MOST_TIMES_NOTHING = 50;

    private final Queues queues;
    private final JmsTemplate jms;

    QueueBrowsing(Broker broker, Queues queues) {
        this.queues = queues;
        ActiveMQConnectionFactory connections = broker.newConnectionFactory();
        connections.setConsumerWindowSize(0);
        jms = new JmsTemplate(connections);
    }

    /** How many messages the queue has, those in somebody's hand included. */
    public long depth(String queue) {
        return queues.depth(queue);
    }

    /** What is kept of a message. */
    @FunctionalInterface
    public interface Reading<T> {
        T of(Message message) throws JMSException;
    }

    /**
     * @param most so many from the head, and no more
     * @throws BrokerUnavailableException the broker cannot be asked
     */
    public <T> List<T> at(String queue, int most, Reading<T> reading) {
        long there = queues.depth(queue);
        return jms.browse(queue, (session, browser) -> all(browser, most, there, reading));
    }

    /** Looks at one after the other, and whether to go on. */
    @FunctionalInterface
    public interface Visit {
        /** @return whether to go on */
        boolean to(Message message) throws JMSException;
    }

    /**
     * As {@link #at}, for more than is to be held at once: nothing is kept of a message but what the visitor keeps.
     *
     * @throws BrokerUnavailableException the broker cannot be asked
     */
    public void visit(String queue, Visit visit) {
        long there = queues.depth(queue);
        jms.browse(
                queue,
                (session, browser) -> {
                    visit(browser, there, visit);
                    return null;
                });
    }

    /** @param selector what of the queue is seen */
    public <T> Optional<T> first(String queue, String selector, Reading<T> reading) {
        return jms.browseSelected(
                queue,
                selector,
                (session, browser) -> all(browser, 1, 0, reading).stream().findFirst());
    }

    private static <T> List<T> all(QueueBrowser browser, int most, long there, Reading<T> reading)
            throws JMSException {
        var seen = new ArrayList<T>();
        if (most > 0) {
            visit(
                    browser,
                    there,
                    message -> {
                        seen.add(reading.of(message));
                        return seen.size() < most;
                    });
        }
        return seen;
    }

    private static void visit(QueueBrowser browser, long there, Visit visit) throws JMSException {
        Enumeration<?> messages = browser.getEnumeration();
        long seen = 0;
        int nothing = 0;
        boolean goesOn = true;
        while (goesOn && nothing < MOST_TIMES_NOTHING) {
            if (messages.hasMoreElements()) {
                goesOn = visit.to((Message) messages.nextElement());
                seen++;
                nothing = 0;
            } else if (seen >= there) {
                break;
            } else {
                nothing++;
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }
}
