package org.coexhub.destination;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Session;

import org.coexhub.event.CloudEventWriter;
import org.coexhub.event.HubEvent;
import org.coexhub.event.WebhookReader;
import org.coexhub.eventlog.EventFeed;
import org.coexhub.eventlog.InternalSlice;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.stereotype.Component;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Sends events of the log to one destination again: those its filter asks for, marked as replayed,
 * in the order of the log. What a destination does with a marked event is its own affair; bots
 * ignore them.
 */
@Component
public class Replay {

    private static final int PAGE = 500;

    private final DestinationStore store;
    private final EventFeed feed;
    private final JmsTemplate jms;
    private final WebhookReader reader = new WebhookReader();
    private final CloudEventWriter writer = new CloudEventWriter();

    Replay(DestinationStore store, EventFeed feed, jakarta.jms.ConnectionFactory connections) {
        this.store = store;
        this.feed = feed;
        this.jms = new JmsTemplate(connections);
        this.jms.setSessionTransacted(true);
    }

    /** Times bound Meta's time of the event and may be null; {@code types} and {@code conversation} may be empty. */
    public record Selection(Instant since, Instant until, String types, String conversation) {

        private boolean holds(HubEvent event) {
            return (since == null || !event.time().isBefore(since))
                    && (until == null || event.time().isBefore(until));
        }
    }

    /** @return how many events were, or on a dry run would be, sent; empty where there is no such destination */
    public OptionalLong run(String destination, Selection selection, boolean dryRun) {
        var entry = store.find(destination);
        if (entry.isEmpty()) {
            return OptionalLong.empty();
        }
        var filter = new EventFeed.Filter(selection.types, selection.conversation, "");
        var position = EventFeed.Position.START;
        long matched = 0;
        while (true) {
            EventFeed.Page page = feed.read(position, PAGE, filter);
            if (page.events().isEmpty() && !page.more()) {
                return OptionalLong.of(matched);
            }
            List<Selected> selected = select(page.events(), selection, entry.get().filter());
            matched += selected.size();
            if (!dryRun && !selected.isEmpty()) {
                send(destination, selected);
            }
            position = page.next();
        }
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

    private void send(String destination, List<Selected> events) {
        jms.execute(
                session -> {
                    try (var producer = session.createProducer(null)) {
                        for (Selected selected : events) {
                            String origin = selected.event.origin().wireName();
                            producer.send(
                                    session.createQueue(FanOut.queueOf(destination, origin)),
                                    message(session, selected));
                        }
                    }
                    session.commit();
                    return null;
                });
        store.countReturned(destination, events.size());
    }

    private BytesMessage message(Session session, Selected selected) throws JMSException {
        BytesMessage message =
                FanOut.message(session, selected.event, writer.with(selected.json, Map.of(), true));
        message.setStringProperty(EventHeaders.REPLAY, "true");
        return message;
    }

    private record Selected(HubEvent event, byte[] json) {}
}
