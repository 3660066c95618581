package org.coexhub.broker;

import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.springframework.jms.core.BrowserCallback;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.stereotype.Component;

/**
 * Looks at what a queue holds, from its head to its end, and takes nothing.
 *
 * <p>One message at a time: Artemis' client asks for more while it hands out what it has, on a thread of its own, and a
 * browser that is faster than that thread is told that the queue ends there.
 */
@Component
public class QueueLook {

    private final JmsTemplate jms;

    QueueLook(Broker broker) {
        ActiveMQConnectionFactory connections = broker.newConnectionFactory();
        connections.setConsumerWindowSize(0);
        jms = new JmsTemplate(connections);
    }

    /** @param look asks the browser for messages as long as it wants */
    public <T> T at(String queue, BrowserCallback<T> look) {
        return jms.browse(queue, look);
    }

    /** @param selector what of the queue is seen */
    public <T> T at(String queue, String selector, BrowserCallback<T> look) {
        return jms.browseSelected(queue, selector, look);
    }
}
