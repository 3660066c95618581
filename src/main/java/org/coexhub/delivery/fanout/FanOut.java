package org.coexhub.delivery.fanout;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;

import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.coexhub.delivery.catalogue.DestinationStore;
import org.coexhub.delivery.filter.Routing;
import org.coexhub.event.CloudEventWriter;
import org.coexhub.event.HubEvent;
import org.coexhub.event.Origin;
import org.coexhub.inbound.eventlog.EventBatch;
import org.coexhub.inbound.journal.JournalExchange;
import org.coexhub.platform.broker.QueueNames;
import org.coexhub.platform.broker.Queues;
import org.springframework.stereotype.Component;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Last step of the router: each accepted event goes once into the queue of each destination that wants it. */
@Component("fanOut")
public class FanOut {

    static final String ROUTING = "HubRouting";

    private final DestinationStore store;
    private final Queues queues;
    private final CloudEventWriter writer = new CloudEventWriter();

    FanOut(DestinationStore store, Queues queues) {
        this.store = store;
        this.queues = queues;
    }

    /**
     * Asks, in the store transaction, where events go now, and counts what {@link #send} will send there. An event that
     * comes again after a crash was counted before.
     */
    public void count(EventBatch batch, Exchange exchange) {
        Routing routing = store.routing();
        exchange.setProperty(ROUTING, routing);
        var routed = new HashMap<String, Integer>();
        for (var item : batch.accepted()) {
            if (item.verdict() == EventBatch.Verdict.NEW) {
                for (var target : routing.of(item.event())) {
                    routed.merge(target.name(), 1, Integer::sum);
                }
            }
        }
        store.countRouted(routed);
    }

    /**
     * Sends on the journal's session, so the events enter the queues exactly when the journal message leaves. All
     * bodies are made before the first is sent: a fault in one of them must not leave others in the session, because
     * the batch then runs again in the same transaction.
     */
    public void send(
            EventBatch batch,
            @ExchangeProperty(JournalExchange.SESSION) Session session,
            @ExchangeProperty(ROUTING) Routing routing)
            throws JMSException {
        Map<EventBatch.Item, byte[]> bodies = new LinkedHashMap<>();
        for (var item : batch.accepted()) {
            if (routing.wants(item.event())) {
                bodies.put(item, writer.with(item.json(), item.extras(), false));
            }
        }
        Map<String, Queue> found = queuesOf(bodies.keySet(), routing, session);
        try (MessageProducer producer = session.createProducer(null)) {
            for (var ready : bodies.entrySet()) {
                HubEvent event = ready.getKey().event();
                for (var target : routing.of(event)) {
                    Queue queue = found.get(queueOf(target.name(), event.origin().wireName()));
                    producer.send(queue, message(session, event, ready.getValue()));
                }
            }
        }
    }

    /**
     * Asks for all queues before the first event is sent: the broker answers nothing on this session while an event
     * sent before is being written to a full queue's pages.
     */
    private Map<String, Queue> queuesOf(
            Set<EventBatch.Item> items, Routing routing, Session session) throws JMSException {
        Map<String, Queue> found = new HashMap<>();
        for (var item : items) {
            for (var target : routing.of(item.event())) {
                String name = queueOf(target.name(), item.event().origin().wireName());
                if (!found.containsKey(name)) {
                    found.put(name, queues.in(session, name));
                }
            }
        }
        return found;
    }

    /** Where an event of this origin waits for the destination; null as well where nobody knows the origin. */
    public static String queueOf(String destination, String origin) {
        return Origin.HISTORY.wireName().equals(origin)
                ? QueueNames.history(destination)
                : QueueNames.out(destination);
    }

    public static BytesMessage message(Session session, HubEvent event, byte[] body)
            throws JMSException {
        BytesMessage message = session.createBytesMessage();
        message.writeBytes(body);
        message.setStringProperty(EventHeaders.ID, event.id().value());
        message.setStringProperty(EventHeaders.TYPE, event.type().wireName());
        message.setStringProperty(EventHeaders.ORIGIN, event.origin().wireName());
        if (event.number() != null) {
            message.setStringProperty(EventHeaders.NUMBER, event.number().value());
        }
        if (event.conversation() != null) {
            message.setStringProperty(EventHeaders.CONVERSATION, event.conversation().value());
        }
        if (event.sourceName() != null) {
            message.setStringProperty(EventHeaders.SOURCE_NAME, event.sourceName());
        }
        message.setStringProperty("JMSXGroupID", group(event));
        return message;
    }

    /** Order is kept per conversation, and per account for what belongs to none. */
    static String group(HubEvent event) {
        if (event.conversation() != null) {
            return event.conversation().value();
        }
        return event.wabaId() == null ? "account" : "account:" + event.wabaId().value();
    }
}
