package org.coexhub.outbound.send.limit;

import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.distributed.BucketProxy;

import org.coexhub.outbound.command.SendCommand;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

import javax.sql.DataSource;

/**
 * Limits how many messages one recipient gets of one number: a token bucket, for all nodes together.
 *
 * <p>A token stands for one millisecond, a message costs as many as it takes to refill one. What a recipient may get is
 * counted by Meta at some moment of the call; if the bucket refilled during the call, it could be ahead of Meta's. So
 * time stands still in it while a message is on its way: the milliseconds of the call are taken back at its end. One
 * recipient's messages go one after the other, so nothing else uses the bucket in between.
 */
final class PairBuckets {

    private static final Duration MARGIN = Duration.ofMillis(2);

    private final PairTable table;
    private final BucketConfiguration bucket;
    private final long price;
    private final InstantSource clock;

    PairBuckets(DataSource database, LimitSettings settings, InstantSource clock) {
        this.price = settings.pairRefill().toMillis();
        this.clock = clock;
        long capacity = price * settings.pairBurst();
        // Calls under way can leave it below empty, for as long as they last.
        this.table = new PairTable(database, clock, Duration.ofMillis(capacity).multipliedBy(2));
        this.bucket =
                BucketConfiguration.builder()
                        .addLimit(
                                limit ->
                                        limit.capacity(capacity)
                                                .refillGreedy(1000, Duration.ofSeconds(1)))
                        .build();
    }

    /** Empty when the message may go now; otherwise when it may. */
    Optional<Instant> tryTake(SendCommand command) {
        ConsumptionProbe probe = of(command).tryConsumeAndReturnRemaining(price);
        return probe.isConsumed()
                ? Optional.empty()
                : Optional.of(
                        clock.instant().plusNanos(probe.getNanosToWaitForRefill()).plus(MARGIN));
    }

    /** The call lasted that long, so far as is known. */
    void standStill(SendCommand command, Duration call) {
        if (!call.isNegative()) {
            of(command).consumeIgnoringRateLimits(call.plus(MARGIN).toMillis());
        }
    }

    void tidy() {
        table.tidy();
    }

    private BucketProxy of(SendCommand command) {
        String pair = command.from().value() + ":" + command.recipient().key();
        return table.builder().build(pair, () -> bucket);
    }
}
