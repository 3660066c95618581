package org.coexhub.eventlog;

import org.coexhub.broker.journal.Journal;
import org.coexhub.event.CloudEventWriter;
import org.coexhub.event.HubEvent;
import org.coexhub.event.Lane;
import org.coexhub.event.Slice;
import org.coexhub.event.WebhookSlicer;
import org.springframework.stereotype.Component;

import java.util.List;

/** Publishes events of the hub's own making: through the journal, like Meta's, so they are claimed, ordered and routed. */
@Component
public class OwnEvents {

    private final Journal journal;
    private final WebhookSlicer slicer;
    private final CloudEventWriter writer = new CloudEventWriter();

    OwnEvents(Journal journal, WebhookSlicer slicer) {
        this.journal = journal;
        this.slicer = slicer;
    }

    /** Returns once the event is durable. */
    public void publish(HubEvent event) {
        int partition =
                event.customer() == null
                        ? 0
                        : slicer.partitionOf(event.number(), event.customer(), null);
        byte[] slice = InternalSlice.of(List.of(writer.write(event)));
        journal.append(List.of(new Slice(partition, Lane.LIVE, slice)));
    }
}
