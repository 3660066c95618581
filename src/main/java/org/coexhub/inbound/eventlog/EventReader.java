package org.coexhub.inbound.eventlog;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.coexhub.event.CloudEventWriter;
import org.coexhub.event.typing.WebhookReader;
import org.coexhub.inbound.journal.JournalBatch;
import org.coexhub.inbound.journal.JournalExchange;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Reads events from slices, as the first step of the router; as the last step of its inner loop, keeps an event that is
 * ours.
 */
@Component("eventReader")
class EventReader {

    private final WebhookReader reader = new WebhookReader();
    private final CloudEventWriter writer = new CloudEventWriter();

    public EventBatch read(@Body JournalBatch journal, Exchange exchange) {
        var all = new EventBatch();
        for (var entry : journal.entries()) {
            for (int i = 0; i < entry.slices().size(); i++) {
                byte[] slice = entry.slices().get(i);
                UUID owner = entry.owner(i);
                if (!entry.own()) {
                    reader.read(slice, entry.received()).forEach(event -> all.add(event, owner));
                    continue;
                }
                JournalMarks.in(slice)
                        .ifPresentOrElse(
                                all.marks()::add,
                                () ->
                                        reader.readOwn(slice, entry.received())
                                                .forEach(event -> all.add(event, owner)));
            }
        }
        exchange.setProperty(JournalExchange.EVENTS, all.items().size());
        if (journal.only().isEmpty()) {
            return all;
        }
        int only = journal.only().getAsInt();
        var item = all.items().get(only);
        exchange.setProperty(JournalExchange.EVENT_ID, item.getId());
        Optional<byte[]> alone = alone(journal.entries(), only);
        exchange.setProperty(
                JournalExchange.DEAD_BODY,
                alone.orElseGet(() -> InternalSlice.of(List.of(writer.write(item.event())))));
        exchange.setProperty(JournalExchange.DEAD_OWN, alone.isEmpty());
        var one = new EventBatch();
        boolean repeats = repeats(item, all.items().subList(0, only));
        exchange.setProperty(JournalExchange.REPETITION, repeats);
        one.add(item.event(), item.owner()).repetition(repeats);
        return one;
    }

    /**
     * What Meta sent of the event, so that a replay is all that the first try would have been; empty for the hub's own, and
     * for what means something else beside its neighbours.
     */
    private Optional<byte[]> alone(List<JournalBatch.Entry> entries, int only) {
        JournalBatch.Entry entry = entries.getFirst();
        boolean oneSlice = entries.size() == 1 && entry.slices().size() == 1;
        return oneSlice && !entry.own()
                ? reader.alone(entry.slices().getFirst(), only, entry.received())
                : Optional.empty();
    }

    /** Alone it would pass for its own first occurrence coming again, whose claim has the same owner. */
    private static boolean repeats(EventBatch.Item item, List<EventBatch.Item> earlier) {
        return earlier.stream().anyMatch(e -> e.getId().equals(item.getId()));
    }
}
