package org.coexhub.outbound.bulk;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.micrometer.core.instrument.MeterRegistry;

import org.coexhub.outbound.command.Acceptance;
import org.coexhub.outbound.command.Caller;
import org.coexhub.outbound.command.CommandRefusedException;
import org.coexhub.outbound.command.IdempotencyKey;
import org.coexhub.outbound.command.intake.CommandGate;
import org.coexhub.outbound.command.store.CommandStore;
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
import java.util.List;

/**
 * Turns rows of bulks into commands.
 *
 * <p><b>Why live traffic goes first.</b> Of each business number only a few rows are commands at a time; the others wait
 * here, not on the send queue. So a live command never has more than those few before it, however large the bulk; and
 * where the number has to wait for its next free slot, it steps before them.
 *
 * <p><b>Why no row is lost or doubled.</b> A row is marked as released, then its command is made under the key
 * {@code bulk:<bulk>:<row>}, then the command's id is noted. A crash in between leaves a released row without an id; its
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
                            command -> store.command(id, row, command),
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
            store.interrupted(bulk.id()).forEach(row -> submit(bulk, row));
        }
        store.pass(bulk.id());
        int room = settings.inFlight() - store.inFlight(bulk.number());
        List<BulkStore.Row> rows = room > 0 ? store.waiting(bulk.id(), room) : List.of();
        for (BulkStore.Row row : rows) {
            if (store.release(bulk.id(), row)) {
                submit(bulk, row);
            }
        }
        if (store.isCancelled(bulk.id())) {
            takeBack(bulk.id());
        }
        store.close(bulk.id());
    }

    private void submit(BulkStore.Open bulk, BulkStore.Row row) {
        Acceptance acceptance;
        try {
            acceptance = accept(bulk, row);
        } catch (CommandRefusedException refused) {
            LOG.warn(
                    "Row {} of bulk {} was good when it was handed in and is refused now ({})",
                    row.number(),
                    bulk.id(),
                    refused.kind());
            store.refuse(bulk.id(), row, refused.getMessage());
            return;
        } catch (RuntimeException | StackOverflowError failure) {
            if (PassingFailure.isCauseOf(failure)) {
                throw failure;
            }
            LOG.error(
                    "Row {} of bulk {} is given up, for a failure of the hub's own: {}",
                    row.number(),
                    bulk.id(),
                    FailureSummary.of(failure));
            StepPatience.count(meters, BULK);
            store.refuse(bulk.id(), row, INTERNAL_ERROR);
            return;
        }
        if (store.command(bulk.id(), row, acceptance.id())) {
            commands.cancel(acceptance.id());
        }
    }

    private Acceptance accept(BulkStore.Open bulk, BulkStore.Row row) {
        ObjectNode command = Filling.fill(bulk.message(), row.recipient());
        byte[] json = CommandJson.write(command).getBytes(StandardCharsets.US_ASCII);
        return gate.submit(json, key(bulk.id(), row), Caller.BULK);
    }

    private static String key(BulkId bulk, BulkStore.Row row) {
        return "bulk:" + bulk + ":" + row.number();
    }
}
