package org.coexhub.outbound.send.echo;

import org.coexhub.event.Wamid;
import org.coexhub.event.slice.WebhookSlicer;
import org.coexhub.inbound.journal.Journal;
import org.coexhub.outbound.send.echo.HeldEchoStore.HeldEcho;
import org.coexhub.platform.broker.QueueNames;
import org.coexhub.state.conversation.ConversationLookup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

import javax.sql.DataSource;

/**
 * Periodic work on held echoes: forgets those of the hub's own sends, and puts those of people back into the journal.
 *
 * <p>An echo is the hub's own once a command has its wamid. It is a person's once no open send may have made it, or when
 * its time is over. That decision is stored before the echo goes back, so that the router lets it through; the row goes
 * when the event log has it. Whatever is lost in between, the echo is put back again, and its identity makes a second
 * copy a duplicate.
 */
public final class EchoSettlement {

    private static final Logger LOG = LoggerFactory.getLogger(EchoSettlement.class);

    /** One that has not been claimed by then is put back again: the process may have died before it was durable. */
    private static final Duration CLAIMED_WITHIN = Duration.ofSeconds(30);

    /** One that is put back for so long and not claimed is one that the router fails at: it is among the dead letters. */
    private static final Duration GIVEN_UP_AFTER = Duration.ofMinutes(5);

    private static final int AT_ONCE = 200;

    private final HeldEchoStore held;
    private final OpenSends sends;
    private final Journal journal;
    private final WebhookSlicer slicer;
    private final InstantSource clock;

    public EchoSettlement(
            DataSource database,
            ConversationLookup conversations,
            Journal journal,
            WebhookSlicer slicer,
            InstantSource clock) {
        this.held = new HeldEchoStore(database);
        this.sends = new OpenSends(database, conversations);
        this.journal = journal;
        this.slicer = slicer;
        this.clock = clock;
    }

    public void settle() {
        Instant now = clock.instant();
        Instant lost = now.minus(CLAIMED_WITHIN);
        List<HeldEcho> waiting = held.toSettle(AT_ONCE);
        if (waiting.isEmpty()) {
            return;
        }
        // Open sends first, known wamids after that; the gate says why.
        List<HeldEcho> decided =
                waiting.stream()
                        .filter(
                                echo ->
                                        echo.releasedAt() != null
                                                || !now.isBefore(echo.dueAt())
                                                || !sends.mayHaveMade(echo.event()))
                        .toList();
        List<Wamid> wamids = waiting.stream().map(HeldEcho::wamid).toList();
        Set<Wamid> settled = held.sentByHub(wamids);
        settled.addAll(held.claimed(wamids));
        settled.forEach(held::remove);
        for (HeldEcho echo : decided) {
            if (echo.releasedAt() != null && now.isAfter(echo.dueAt().plus(GIVEN_UP_AFTER))) {
                held.remove(echo.wamid());
                LOG.warn(
                        "An echo of number {} is not waited for any more: see the dead letters of"
                                + " {}",
                        echo.event().number(),
                        QueueNames.IN);
            } else if (!settled.contains(echo.wamid()) && held.release(echo.wamid(), now, lost)) {
                LOG.info(
                        "An echo that might have been of a send of number {} is a person's",
                        echo.event().number());
                journal.append(slicer.cut(echo.body()));
            }
        }
    }
}
