package org.coexhub.destination;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.Session;

import org.apache.activemq.artemis.api.core.ActiveMQDuplicateIdException;
import org.coexhub.broker.QueueNames;
import org.coexhub.broker.Queues;
import org.coexhub.event.CloudEventWriter;
import org.coexhub.event.HubEvent;
import org.coexhub.event.WebhookReader;
import org.coexhub.eventlog.EventFeed;
import org.coexhub.eventlog.InternalSlice;
import org.springframework.jms.JmsException;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.stereotype.Component;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Sends events of the log to one destination again, stretch by stretch: those its filter asks for, marked as replayed, in
 * the order of the log. What a destination does with a marked event is its own affair; bots ignore them.
 *
 * <p><b>Why a stretch that is sent again doubles nothing.</b> Into its transaction goes one more message, to a queue of its
 * own, that bears the stretch's name as the broker's own mark for duplicates. The broker keeps the mark with the
 * transaction, and refuses a second one with the same mark as a whole. The events themselves bear none: the broker's log
 * shows a message that is refused.
 *
 * <p><b>What remains.</b> The broker knows a mark once the first transaction is on its disk. Where that takes longer than the
 * client waits (10 s), a repetition that comes in between is taken as well, and the stretch is there twice.
 */
@Component
public class Replay {

    private static final int MOST_AT_ONCE = 500;

    /** Artemis' property by which it knows what it has taken already. */
    private static final String MARK = "_AMQ_DUPL_ID";

    private final DestinationStore store;
    private final EventFeed feed;
    private final Queues queues;
    private final JmsTemplate jms;
    private final WebhookReader reader = new WebhookReader();
    private final CloudEventWriter writer = new CloudEventWriter();

    Replay(
            DestinationStore store,
            EventFeed feed,
            Queues queues,
            jakarta.jms.ConnectionFactory connections) {
        this.store = store;
        this.feed = feed;
        this.queues = queues;
        this.jms = new JmsTemplate(connections);
        this.jms.setSessionTransacted(true);
    }

    /**
     * Which events are meant. Times bound Meta's time of the event and may be null; {@code types}, {@code conversation} and
     * {@code number} may be empty.
     */
    public record Selection(
            Instant since, Instant until, String types, String conversation, String number) {

        private boolean holds(HubEvent event) {
            return (since == null || !event.time().isBefore(since))
                    && (until == null || event.time().isBefore(until));
        }

        private EventFeed.Filter filter() {
            return new EventFeed.Filter(types, conversation, number);
        }
    }

    /** Events of one stretch of the log that are to be sent; the stretch ends at {@code to}. */
    public static final class Stretch {
        private final List<Selected> events;
        private final EventFeed.Position to;

        private Stretch(List<Selected> events, EventFeed.Position to) {
            this.events = events;
            this.to = to;
        }

        public EventFeed.Position to() {
            return to;
        }

        public int size() {
            return events.size();
        }
    }

    private record Selected(HubEvent event, byte[] json) {}

    public boolean knows(String destination) {
        return store.find(destination).isPresent();
    }

    /** Behind all that is in the log at this moment. */
    public EventFeed.Position end() {
        return feed.end();
    }

    /** @return how many events would be sent; empty where there is no such destination */
    public OptionalLong count(String destination, Selection selection) {
        EventFeed.Position last = feed.end();
        EventFeed.Position at = EventFeed.Position.START;
        long matched = 0;
        while (!at.equals(last)) {
            Optional<Stretch> stretch = next(destination, selection, at, last);
            if (stretch.isEmpty()) {
                return OptionalLong.empty();
            }
            matched += stretch.get().size();
            at = stretch.get().to();
        }
        return knows(destination) ? OptionalLong.of(matched) : OptionalLong.empty();
    }

    /**
     * Reads the stretch that follows, some hundred events at most.
     *
     * @param last where the replay ends
     * @return empty where there is no such destination
     */
    public Optional<Stretch> next(
            String destination,
            Selection selection,
            EventFeed.Position after,
            EventFeed.Position last) {
        return store.find(destination)
                .map(
                        row -> {
                            EventFeed.Page page =
                                    feed.read(after, last, MOST_AT_ONCE, selection.filter());
                            return new Stretch(
                                    select(page.events(), selection, row.filter()), page.next());
                        });
    }

    /** Reads a stretch that was read before once more, in as many pages as it takes now. */
    public Optional<Stretch> same(
            String destination,
            Selection selection,
            EventFeed.Position after,
            EventFeed.Position to) {
        var events = new ArrayList<Selected>();
        EventFeed.Position at = after;
        while (!at.equals(to)) {
            Optional<Stretch> part = next(destination, selection, at, to);
            if (part.isEmpty()) {
                return part;
            }
            events.addAll(part.get().events);
            at = part.get().to;
        }
        return Optional.of(new Stretch(events, to));
    }

    private List<Selected> select(List<byte[]> events, Selection selection, EventFilter wanted) {
        var selected = new ArrayList<Selected>();
        for (byte[] json : events) {
            HubEvent event =
                    reader.readOwn(InternalSlice.of(List.of(json)), Instant.EPOCH).getFirst();
            if (selection.holds(event) && wanted.accepts(event)) {
                selected.add(new Selected(event, json));
            }
        }
        return selected;
    }

    /**
     * Puts the stretch into the destination's queue, all of it or nothing.
     *
     * @param name of this stretch of this replay; under the same name nothing is sent again
     * @return false when it was sent before
     */
    public boolean send(String destination, Stretch stretch, String name) {
        queues.ensureNewest(QueueNames.REPLAYS);
        try {
            jms.execute(
                    session -> {
                        send(session, destination, stretch.events);
                        mark(session, name);
                        session.commit();
                        return null;
                    });
            return true;
        } catch (JmsException failure) {
            if (isRepetition(failure)) {
                return false;
            }
            throw failure;
        }
    }

    private static void mark(Session session, String name) throws JMSException {
        try (var producer = session.createProducer(session.createQueue(QueueNames.REPLAYS))) {
            BytesMessage mark = session.createBytesMessage();
            mark.setStringProperty(MARK, name);
            producer.send(mark);
        }
    }

    private void send(Session session, String destination, List<Selected> events)
            throws JMSException {
        Map<String, Queue> found = new HashMap<>();
        for (Selected selected : events) {
            String name = queueOf(destination, selected);
            if (!found.containsKey(name)) {
                found.put(name, queues.in(session, name));
            }
        }
        try (var producer = session.createProducer(null)) {
            for (Selected selected : events) {
                BytesMessage message =
                        FanOut.message(
                                session,
                                selected.event,
                                writer.with(selected.json, Map.of(), true));
                message.setStringProperty(EventHeaders.REPLAY, "true");
                producer.send(found.get(queueOf(destination, selected)), message);
            }
        }
    }

    private static String queueOf(String destination, Selected selected) {
        return FanOut.queueOf(destination, selected.event.origin().wireName());
    }

    private static boolean isRepetition(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause() == t ? null : t.getCause()) {
            if (t instanceof ActiveMQDuplicateIdException) {
                return true;
            }
        }
        return false;
    }

    /** Counts what was sent; in the transaction that notes it. */
    public void countReturned(String destination, int events) {
        store.countReturned(destination, events);
    }
}
