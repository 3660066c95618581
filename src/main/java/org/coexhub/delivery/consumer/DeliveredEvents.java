package org.coexhub.delivery.consumer;

import org.apache.camel.Exchange;
import org.coexhub.delivery.fanout.EventHeaders;
import org.coexhub.platform.broker.Received;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Writes events into the message that a destination's route gets: one as it is, several as a JSON array. */
final class DeliveredEvents {

    private DeliveredEvents() {}

    static void fill(Exchange exchange, List<Received> messages, boolean asArray) {
        var message = exchange.getMessage();
        if (!asArray) {
            Received only = messages.getFirst();
            message.setBody(only.body());
            for (String header : EventHeaders.ALL) {
                String value = only.property(header);
                if (value != null) {
                    message.setHeader(header, value);
                }
            }
            return;
        }
        var array = new ByteArrayOutputStream();
        array.write('[');
        var ids = new ArrayList<String>();
        for (Received one : messages) {
            if (array.size() > 1) {
                array.write(',');
            }
            array.writeBytes(one.body());
            ids.add(one.property(EventHeaders.ID));
        }
        array.write(']');
        message.setBody(array.toByteArray());
        String all = String.join(",", ids);
        exchange.setProperty(EventHeaders.ID, all);
        if (all.length() <= EventHeaders.LONGEST_IDS) {
            message.setHeader(EventHeaders.ID, all);
        }
    }
}
