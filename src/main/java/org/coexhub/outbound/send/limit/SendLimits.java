package org.coexhub.outbound.send.limit;

import io.micrometer.core.instrument.MeterRegistry;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.StoredCommand;
import org.coexhub.outbound.graph.ApiUsage;
import org.coexhub.outbound.graph.GraphResult;
import org.coexhub.outbound.graph.GraphResult.NotSent;
import org.coexhub.outbound.graph.GraphResult.Refused;
import org.coexhub.outbound.send.limit.Admission.Delayed;
import org.coexhub.outbound.send.limit.Admission.Permit;
import org.coexhub.outbound.send.limit.Admission.Queued;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BinaryOperator;

/**
 * Grants, queues or delays each call to Graph so that Meta's limits are kept. Asked before a call, told after it.
 *
 * <p>A command takes its number's slot first and its recipient's token second, and gives the slot back where there is no
 * token. It never waits here: either it may go, or it is parked, and the thread is free for other numbers and
 * recipients.
 */
public final class SendLimits {

    private static final Logger LOG = LoggerFactory.getLogger(SendLimits.class);

    /** From the permit to the call; a permit that got older is not used. */
    private static final Duration PREPARE = Duration.ofSeconds(3);

    private static final Duration REST = Duration.ofSeconds(2);
    private static final int TOO_FAST = 130429;

    /** A slot that Meta found too many rests so long: the number goes on at a lower rate. */
    private static final int SECONDS_AFTER_REFUSAL = 30;

    private final SendSlots slots;
    private final SlotSupply supply;
    private final PairBuckets pairs;
    private final NumberLimits numbers;
    private final BacklogDispatcher backlog;
    private final LimitSettings settings;
    private final Duration lease;
    private final InstantSource clock;
    private final MeterRegistry meters;

    /** @param timeout longest time a call to Graph can take */
    SendLimits(
            SendSlots slots,
            SlotSupply supply,
            PairBuckets pairs,
            NumberLimits numbers,
            BacklogDispatcher backlog,
            LimitSettings settings,
            Duration timeout,
            InstantSource clock,
            MeterRegistry meters) {
        this.slots = slots;
        this.supply = supply;
        this.pairs = pairs;
        this.numbers = numbers;
        this.backlog = backlog;
        this.settings = settings;
        this.lease = PREPARE.plus(timeout).plus(REST);
        this.clock = clock;
        this.meters = meters;
    }

    /**
     * May they go now? A permit has to be used, or given back.
     *
     * @param commands each once
     */
    public Map<CommandId, Admission> enter(List<StoredCommand> commands) {
        commands.stream().map(stored -> stored.command().from()).distinct().forEach(numbers::meet);
        Map<CommandId, Slot> taken = backlog.take(commands, lease);
        Map<CommandId, String> pairOf = new HashMap<>();
        for (StoredCommand stored : commands) {
            if (taken.containsKey(stored.id()) && !stored.command().isReceipt()) {
                pairOf.put(stored.id(), PairBuckets.of(stored.command()));
            }
        }
        Map<String, Instant> without = pairs.tryTake(Set.copyOf(pairOf.values()));
        Instant now = clock.instant();
        var admissions = new HashMap<CommandId, Admission>();
        Set<String> used = new HashSet<>();
        for (StoredCommand stored : commands) {
            Slot slot = taken.get(stored.id());
            String pair = pairOf.get(stored.id());
            if (slot == null) {
                count("number");
                admissions.put(stored.id(), new Queued());
            } else if (pair != null && (without.containsKey(pair) || !used.add(pair))) {
                slots.giveBack(slot);
                count("pair");
                Instant until = without.getOrDefault(pair, now.plus(settings.pairRefill()));
                admissions.put(stored.id(), new Delayed(until));
            } else {
                admissions.put(stored.id(), new Permit(slot, now, now.plus(PREPARE)));
            }
        }
        return admissions;
    }

    /** A command that was told to wait stands in the number's backlog now. */
    public void queued(StoredCommand stored) {
        backlog.joined(stored.command().from());
    }

    /** The command was called up and does not go: its place is another's. */
    public void pass(StoredCommand stored) {
        slots.giveBack(stored.command().from(), stored.id());
    }

    /** The command does not go now after all. Its recipient's token stays spent, which is never too little. */
    public void giveBack(Permit permit) {
        slots.giveBack(permit.slot());
    }

    /**
     * A call that is over.
     *
     * @param began when it was made, or was not made after all
     */
    public record Left(
            StoredCommand command,
            Permit permit,
            Instant began,
            Instant ended,
            GraphResult result) {}

    /** These calls are over. */
    public void left(List<Left> calls) {
        var used = new ArrayList<SendSlots.Used>();
        var unused = new ArrayList<Slot>();
        var pairCalls = new HashMap<String, Duration>();
        for (Left call : calls) {
            if (call.result instanceof NotSent) {
                unused.add(call.permit.slot());
                continue;
            }
            used.add(used(call));
            if (!call.command.command().isReceipt()) {
                pairCalls.merge(
                        PairBuckets.of(call.command.command()),
                        call(call.permit.taken(), call.ended),
                        Duration::plus);
            }
        }
        Map<PhoneNumberId, Left> closing = closing(calls);
        slots.end(used, unused, closing.keySet());
        closing.values()
                .forEach(
                        call ->
                                close(
                                        call.permit,
                                        call.ended.plus(call.result.usage().closedFor()),
                                        call.result.usage()));
        pairs.standStill(pairCalls);
    }

    /** Of each number that Meta has closed, the call that says so for longest. */
    private static Map<PhoneNumberId, Left> closing(List<Left> calls) {
        var closing = new HashMap<PhoneNumberId, Left>();
        for (Left call : calls) {
            if (!(call.result instanceof NotSent) && !call.result.usage().closedFor().isZero()) {
                closing.merge(
                        call.command.command().from(),
                        call,
                        BinaryOperator.maxBy(
                                Comparator.comparing(
                                        each -> each.ended.plus(each.result.usage().closedFor()))));
            }
        }
        return closing;
    }

    private SendSlots.Used used(Left call) {
        Instant latest = call.began.plus(settings.transit());
        Instant counted = call.ended.isBefore(latest) ? call.ended : latest;
        boolean tooFast = call.result instanceof Refused refused && refused.code() == TOO_FAST;
        return new SendSlots.Used(
                call.permit.slot(),
                counted,
                tooFast ? SECONDS_AFTER_REFUSAL : call.result.usage().slowdown());
    }

    private void close(Permit permit, Instant until, ApiUsage usage) {
        LOG.warn(
                "Meta says that {} % of what number {} may ask of Graph is used; it sends again"
                        + " at {}",
                usage.percent(), permit.slot().number(), until);
        supply.close(permit.slot().number(), until);
        count("usage");
    }

    /** A call that never reported back; nobody knows how long it lasted. */
    public void interrupted(StoredCommand stored) {
        if (!stored.command().isReceipt()) {
            Instant taken = stored.changedAt().minus(SendSlots.LOOK_AHEAD);
            pairs.standStill(stored.command(), call(taken, clock.instant()));
        }
    }

    /** However long a machine was off or asleep meanwhile, a call is not longer than it can be. */
    private Duration call(Instant from, Instant to) {
        Duration call = Duration.between(from, to);
        return call.compareTo(lease) > 0 ? lease : call;
    }

    private void count(String limit) {
        meters.counter("hub.send.limited", "limit", limit).increment();
    }
}
