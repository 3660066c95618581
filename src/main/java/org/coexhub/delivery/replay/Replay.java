package org.coexhub.delivery.replay;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.Session;

import org.coexhub.delivery.catalogue.DestinationStore;
import org.coexhub.delivery.fanout.EventHeaders;
import org.coexhub.delivery.fanout.FanOut;
import org.coexhub.delivery.filter.EventFilter;
import org.coexhub.event.CloudEventWriter;
import org.coexhub.event.HubEvent;
import org.coexhub.event.typing.WebhookReader;
import org.coexhub.inbound.eventlog.EventFeed;
import org.coexhub.inbound.eventlog.InternalSlice;
import org.coexhub.platform.broker.Queues;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.stereotype.Component;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Sends events of the log to one destination again, stretch by stretch: those its filter asks for, marked as replayed, in
 * the order of the log. What a destination does with a marked event is its own affair; bots ignore them.
 *
 * <p><b>Why a stretch that is sent again doubles nothing.</b> Each replay has one message in a queue of the hub's own, its
 * baton, that says up to where it was sent. The transaction that sends a stretch takes the baton where the stretch begins,
 * and puts it back where it ends: all of that happens, or nothing. Where the client gives up on a commit and the broker
 * does not, the baton belongs to that transaction until it has an end, past a stop of the broker too; whoever tries again
 * finds none and waits, then finds either the old place or the new one.
 *
 * <p><b>What there is only one of.</b> The id of the valid baton is in the store, noted after the broker has confirmed it
 * ({@code operation.baton}, given once). One whose making nobody learnt of has another id and lies there unused. What an
 * ended replay leaves is taken away, at once or by the hourly look.
 */
@Component
public class Replay {

    private static final int MOST_AT_ONCE = 500;

    private final DestinationStore store;
    private final EventFeed feed;
    private final Queues queues;
    private final JmsTemplate jms;
    private final ReplayBatons batons;
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
        this.batons = new ReplayBatons(queues, connections);
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

    /** The message that a replay's stretches go by, with its id as {@link #begin} made it. */
    public record Baton(String operation, String id) {}

    /** Makes the baton of a replay that stands at the place. */
    public Baton begin(String operation, EventFeed.Position place) {
        return new Baton(operation, batons.make(operation, place.toString()));
    }

    /**
     * Puts the stretch into the destination's queue, all of it or nothing.
     *
     * @param from where it begins
     * @return false when it was sent before
     * @throws ReplayBusyException it is not known yet whether it was
     */
    public boolean send(String destination, Stretch stretch, EventFeed.Position from, Baton baton) {
        return Boolean.TRUE.equals(
                jms.execute(
                        session -> {
                            String place =
                                    ReplayBatons.take(session, baton.id())
                                            .orElseThrow(ReplayBusyException::new);
                            boolean due = place.equals(from.toString());
                            if (!due && !place.equals(stretch.to.toString())) {
                                throw new ReplayBusyException();
                            }
                            if (due) {
                                send(session, destination, stretch.events);
                                ReplayBatons.put(
                                        session,
                                        baton.operation(),
                                        baton.id(),
                                        stretch.to.toString());
                                session.commit();
                            } else {
                                session.rollback();
                            }
                            return due;
                        },
                        true));
    }

    /** Takes away what an ended replay has left at the broker. */
    public void forget(String operation) {
        batons.remove(operation);
    }

    /** Of which operations there is something left at the broker. */
    public Set<String> remembered() {
        return batons.operations();
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

    /** Counts what was sent; in the transaction that notes it. */
    public void countReturned(String destination, int events) {
        store.countReturned(destination, events);
    }
}
