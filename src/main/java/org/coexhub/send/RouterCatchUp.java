package org.coexhub.send;

import org.coexhub.conversation.Windows;
import org.coexhub.event.CustomerIdentity;
import org.coexhub.event.PhoneNumberId;
import org.coexhub.event.WebhookSlicer;
import org.coexhub.eventlog.JournalMarks;

import java.time.Duration;
import java.util.TreeSet;

/**
 * Waits for the router before a bot speaks.
 *
 * <p><b>The race.</b> A person's reply is acknowledged to Meta once it is in the journal, and only the router makes it
 * known to the store. A bot's command whose turn comes in between would find no person there and talk over one. So the
 * turn puts marks behind everything the journal has of this customer, and goes on when the router has passed them.
 *
 * <p><b>Which partitions.</b> Webhooks go by phone number where they name one, else by business-scoped id; an echo may
 * use either, whatever the command uses. So there is a mark for each identifier that the command or the conversation
 * knows.
 *
 * <p><b>What is left.</b> An echo that Meta has not delivered when the turn begins. Nobody can know of it; whatever of
 * the bot's comes after it is dropped.
 *
 * <p>A router that is behind makes bots wait, never anybody else: the turn looks again after a while, and holds its
 * consumer no longer than {@link #PATIENCE}.
 */
final class RouterCatchUp implements CatchUp {

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final JournalMarks marks;
    private final WebhookSlicer slicer;
    private final Windows conversations;

    RouterCatchUp(JournalMarks marks, WebhookSlicer slicer, Windows conversations) {
        this.marks = marks;
        this.slicer = slicer;
        this.conversations = conversations;
    }

    @Override
    public boolean reached(PhoneNumberId from, String toDigits, String bsuid) {
        var partitions = new TreeSet<Integer>();
        for (CustomerIdentity known : conversations.identitiesOf(from, toDigits, bsuid)) {
            if (known.waId() != null) {
                partitions.add(slicer.partitionOf(from, phone(known.waId()), null));
            }
            if (known.bsuid() != null) {
                partitions.add(slicer.partitionOf(from, scoped(known.bsuid()), null));
            }
        }
        return marks.caughtUp(partitions, PATIENCE);
    }

    private static CustomerIdentity phone(String waId) {
        return new CustomerIdentity(waId, null, null, null, null);
    }

    private static CustomerIdentity scoped(String bsuid) {
        return new CustomerIdentity(null, bsuid, null, null, null);
    }
}
