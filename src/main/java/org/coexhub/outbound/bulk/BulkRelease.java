package org.coexhub.outbound.bulk;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.micrometer.core.instrument.MeterRegistry;

import org.coexhub.outbound.command.Acceptance;
import org.coexhub.outbound.command.Caller;
import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.CommandRefusedException;
import org.coexhub.outbound.command.IdempotencyKey;
import org.coexhub.outbound.command.intake.CommandGate;
import org.coexhub.outbound.command.store.CommandStore;
import org.coexhub.outbound.command.store.Submission;
import org.coexhub.outbound.command.validation.CommandJson;
import org.coexhub.platform.broker.FailureSummary;
import org.coexhub.platform.broker.PassingFailure;
import org.coexhub.platform.broker.StepPatience;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns rows of bulks into commands.
 *
 * <p><b>Why live traffic goes first.</b> Of each business number only a few rows are commands at a time; the others wait
 * here, not on the send queue. So a live command never has more than those few before it, however large the bulk; and
 * where the number has to wait for its next free slot, it steps before them.
 *
 * <p><b>Why no row is lost or doubled.</b> A row is marked as released, then its command is made under the key
 * {@code bulk:<bulk>:<row>}, then the command's id is noted; each of the three for many rows at once. A crash in between leaves a released row without an id; its
 * command is made again by the same key from the same text, and so only once. A row that was not released when the bulk
 * was cancelled never will be.
 *
 * <p><b>Why nothing of a cancelled bulk is sent later.</b> That it is cancelled is committed first. Its commands are then
 * taken back one by one, by the request and by every look at the bulk until it is closed; so a request that dies in the
 * middle is finished. Whoever makes a row's command asks afterwards whether the bulk has been cancelled, and takes it back.
 * What had gone to Meta in between is sent.
 */
@Component("bulkRelease")
public class BulkRelease {

    private static final Logger LOG = LoggerFactory.getLogger(BulkRelease.class);

    /** Longer than a pass takes; after a crash the bulk stands still for as long. */
    static final Duration LEASE = Duration.ofSeconds(15);

    /** A command may have 256 KiB. */
    private static final int MOST_TOGETHER = 100;

    private static final String BULK = "bulk";
    private static final String INTERNAL_ERROR = "internal_error: the hub failed at this row";

    private final BulkStore store;
    private final CommandGate gate;
    private final CommandStore commands;
    private final BulkSettings settings;
    private final MeterRegistry meters;

    BulkRelease(
            BulkStore store,
            CommandGate gate,
            CommandStore commands,
            BulkSettings settings,
            MeterRegistry meters) {
        this.store = store;
        this.gate = gate;
        this.commands = commands;
        this.settings = settings;
        this.meters = meters;
    }

    /** Releases as many rows as there is room for. A bulk that fails does not keep the next from its turn. */
    public void release() {
        for (BulkId id : store.due()) {
            try {
                store.take(id, LEASE)
                        .ifPresent(
                                bulk -> {
                                    release(bulk);
                                    store.putBack(id);
                                });
            } catch (RuntimeException failure) {
                LOG.warn(
                        "Bulk {} stands still for {} s: {}",
                        id,
                        LEASE.toSeconds(),
                        FailureSummary.of(failure));
                if (PassingFailure.isCauseOf(failure)) {
                    return;
                }
                StepPatience.count(meters, BULK);
            }
        }
    }

    /**
     * Rows that wait will not be sent, and commands that are not with Meta yet are taken back.
     *
     * @return false when the bulk is cancelled already, or done and nothing of it can be taken back
     */
    public boolean cancel(BulkId id) {
        boolean cancelled = store.cancel(id);
        if (cancelled || store.isCancelled(id)) {
            takeBack(id);
        }
        return cancelled;
    }

    private void takeBack(BulkId id) {
        for (BulkStore.Row row : store.interrupted(id)) {
            commands.find(new IdempotencyKey(key(id, row)), Caller.BULK)
                    .ifPresentOrElse(
                            command -> store.commands(id, Map.of(row, command)),
                            () -> store.giveUp(id, row));
        }
        store.unsent(id).forEach(commands::cancel);
    }

    /** Cancels all that have begun and are not done, of those that were handed in until then. */
    public void cancelBegun(Instant until) {
        store.begun(until).forEach(this::cancel);
    }

    private void release(BulkStore.Open bulk) {
        if (!store.isCancelled(bulk.id())) {
            submit(bulk, store.interrupted(bulk.id()));
        }
        store.pass(bulk.id());
        int room = settings.inFlight() - store.inFlight(bulk.number());
        while (room > 0) {
            List<BulkStore.Row> rows = store.waiting(bulk.id(), Math.min(room, MOST_TOGETHER));
            submit(bulk, store.release(bulk.id(), rows));
            room = rows.size() < MOST_TOGETHER ? 0 : room - rows.size();
        }
        if (store.isCancelled(bulk.id())) {
            takeBack(bulk.id());
        }
        store.close(bulk.id());
    }

    private void submit(BulkStore.Open bulk, List<BulkStore.Row> rows) {
        for (int from = 0; from < rows.size(); from += MOST_TOGETHER) {
            submitTogether(bulk, rows.subList(from, Math.min(rows.size(), from + MOST_TOGETHER)));
        }
    }

    /** Of those that fail together each is tried by itself, so that a row is given up for its own failure alone. */
    private void submitTogether(BulkStore.Open bulk, List<BulkStore.Row> rows) {
        var made = new LinkedHashMap<BulkStore.Row, CommandId>();
        try {
            made.putAll(accept(bulk, rows));
        } catch (RuntimeException | StackOverflowError failure) {
            if (PassingFailure.isCauseOf(failure)) {
                throw failure;
            }
            if (rows.size() > 1) {
                rows.forEach(row -> submitTogether(bulk, List.of(row)));
            } else {
                giveUp(bulk, rows.getFirst(), failure);
            }
            return;
        }
        if (!made.isEmpty() && store.commands(bulk.id(), made)) {
            made.values().forEach(commands::cancel);
        }
    }

    /** @return the rows' commands, without those that are refused */
    private Map<BulkStore.Row, CommandId> accept(BulkStore.Open bulk, List<BulkStore.Row> rows) {
        var good = new LinkedHashMap<BulkStore.Row, Submission>();
        for (BulkStore.Row row : rows) {
            try {
                good.put(row, check(bulk, row));
            } catch (CommandRefusedException refused) {
                refuse(bulk, row, refused);
            }
        }
        Iterator<Optional<Acceptance>> answers =
                good.isEmpty()
                        ? Collections.emptyIterator()
                        : gate.submit(List.copyOf(good.values())).iterator();
        var made = new LinkedHashMap<BulkStore.Row, CommandId>();
        for (BulkStore.Row row : good.keySet()) {
            answers.next()
                    .ifPresentOrElse(
                            acceptance -> made.put(row, acceptance.id()),
                            () -> refuse(bulk, row, CommandRefusedException.conflict()));
        }
        return made;
    }

    private Submission check(BulkStore.Open bulk, BulkStore.Row row) {
        ObjectNode command = Filling.fill(bulk.message(), row.recipient());
        byte[] json = CommandJson.write(command).getBytes(StandardCharsets.US_ASCII);
        return gate.check(json, key(bulk.id(), row), Caller.BULK);
    }

    private void refuse(BulkStore.Open bulk, BulkStore.Row row, CommandRefusedException refused) {
        LOG.warn(
                "Row {} of bulk {} was good when it was handed in and is refused now ({})",
                row.number(),
                bulk.id(),
                refused.kind());
        store.refuse(bulk.id(), row, refused.getMessage());
    }

    private void giveUp(BulkStore.Open bulk, BulkStore.Row row, Throwable failure) {
        LOG.error(
                "Row {} of bulk {} is given up, for a failure of the hub's own: {}",
                row.number(),
                bulk.id(),
                FailureSummary.of(failure));
        StepPatience.count(meters, BULK);
        store.refuse(bulk.id(), row, INTERNAL_ERROR);
    }

    private static String key(BulkId bulk, BulkStore.Row row) {
        return "bulk:" + bulk + ":" + row.number();
    }
}
