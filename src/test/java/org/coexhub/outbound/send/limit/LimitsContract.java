package org.coexhub.outbound.send.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.inbound.eventlog.TestRouter;
import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.SendCommand;
import org.coexhub.platform.store.StoreClock;
import org.coexhub.testing.TestClock;
import org.coexhub.testing.WebhookBody;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;

import javax.sql.DataSource;

/** What holds on every database: no second and no recipient gets more than Meta allows, whoever asks and however long. */
abstract class LimitsContract {

    private static final PhoneNumberId NUMBER = new PhoneNumberId("106");
    private static final PhoneNumberId OTHER = new PhoneNumberId("107");
    private static final Duration LEASE = Duration.ofSeconds(40);
    private static final int LIMIT = 20;

    private final TestClock clock = new TestClock();
    final DataSource database = database();
    private final SendSlots window = new SendSlots(database, clock);
    final SlotSupply slots = new SlotSupply(database, clock);
    private final SendSlots otherNode = new SendSlots(database, clock);
    private final PairBuckets pairs = new PairBuckets(database, LimitBench.SETTINGS, clock);
    private final PairBuckets pairsOfOtherNode =
            new PairBuckets(database, LimitBench.SETTINGS, clock);

    abstract DataSource database();

    /** A call under way. */
    private record Call(Slot slot, Instant ended) {}

    @Test
    void noSecondHasMoreMessagesThanAllowedHoweverLongCallsLast() {
        slots.resize(NUMBER, LIMIT);
        var random = new Random(7);
        var counted = new ArrayList<Instant>();
        var underWay = new PriorityQueue<Call>((a, b) -> a.ended().compareTo(b.ended()));
        for (int step = 0; step < 1500; step++) {
            clock.advance(Duration.ofMillis(random.nextInt(12)));
            while (!underWay.isEmpty() && !underWay.peek().ended().isAfter(clock.instant())) {
                Call over = underWay.poll();
                window.rest(over.slot(), over.ended(), 1);
            }
            CommandId command = CommandId.next(clock.instant());
            SendSlots node = random.nextBoolean() ? window : otherNode;
            Optional<Slot> slot = node.take(NUMBER, command, LEASE, false);
            if (slot.isPresent()) {
                // A pause of either side bunches what was sent evenly.
                Instant end = clock.instant().plusMillis(1 + random.nextInt(400));
                Instant at =
                        random.nextInt(3) == 0
                                ? end
                                : clock.instant().plusMillis(random.nextInt(2));
                counted.add(at);
                underWay.add(new Call(slot.get(), end));
            }
        }

        assertThat(mostInOneSecond(counted)).isLessThanOrEqualTo(LIMIT);
        assertThat(counted.size()).isGreaterThan(100);
    }

    @ParameterizedTest
    @ValueSource(longs = {-5000, -1500, 1500, 5000})
    void nodesWhoseMachinesDisagreeOnTheTimeKeepOneSecondTogether(long aheadMillis) {
        var one = new StoreClock(InstantSource.system());
        var two = new StoreClock(() -> Instant.now().plusMillis(aheadMillis));
        one.compare(database);
        two.compare(database);
        var first = new SendSlots(database, one);
        var second = new SendSlots(database, two);
        new SlotSupply(database, one).resize(NUMBER, LIMIT);
        for (SendSlots node : List.of(first, second)) {
            SendSlots other = node == first ? second : first;
            InstantSource itsClock = node == first ? one : two;
            var taken = new ArrayList<Slot>();
            for (int i = 0; i < LIMIT; i++) {
                taken.add(
                        await().until(
                                        () ->
                                                node.take(
                                                        NUMBER,
                                                        CommandId.next(itsClock.instant()),
                                                        LEASE,
                                                        false),
                                        Optional::isPresent)
                                .orElseThrow());
            }
            // All at once: a slow machine may have less than a second until the first is free.
            Instant ended = itsClock.instant();
            taken.forEach(slot -> node.rest(slot, ended, 3));
            assertThat(other.take(NUMBER, CommandId.next(Instant.now()), LEASE, false)).isEmpty();
        }
    }

    @Test
    void reachesTheLimitWhenCallsAreShort() {
        slots.resize(NUMBER, LIMIT);
        var counted = new ArrayList<Instant>();
        for (int step = 0; step < 1000; step++) {
            clock.advance(Duration.ofMillis(10));
            CommandId command = CommandId.next(clock.instant());
            window.take(NUMBER, command, LEASE, false)
                    .ifPresent(
                            slot -> {
                                counted.add(clock.instant());
                                window.rest(slot, clock.instant(), 1);
                            });
        }

        assertThat(mostInOneSecond(counted)).isEqualTo(LIMIT);
        assertThat(counted).hasSizeBetween(195, 200);
    }

    @Test
    void aNumberThatIsFullLeavesTheOthersAlone() {
        slots.resize(NUMBER, 1);
        slots.resize(OTHER, 1);
        take(NUMBER);

        assertThat(window.take(NUMBER, next(), LEASE, false)).isEmpty();
        assertThat(window.take(OTHER, next(), LEASE, false)).isPresent();
    }

    @Test
    void aSlotComesBackFromANodeThatDied() {
        slots.resize(NUMBER, 1);
        take(NUMBER);

        clock.advance(LEASE.minusMillis(1));
        assertThat(otherNode.take(NUMBER, next(), LEASE, false)).isEmpty();
        clock.advance(Duration.ofMillis(2));
        assertThat(otherNode.take(NUMBER, next(), LEASE, false)).isPresent();
    }

    @Test
    void anOnlyHubHasItsSlotsBackASecondAfterItDied() {
        slots.resize(NUMBER, 1);
        take(NUMBER);
        clock.advance(Duration.ofSeconds(3));
        slots.restAll();

        clock.advance(Duration.ofMillis(990));
        assertThat(window.take(NUMBER, next(), LEASE, false)).isEmpty();
        clock.advance(Duration.ofMillis(20));
        assertThat(window.take(NUMBER, next(), LEASE, false)).isPresent();
    }

    @Test
    void aSlotIsKeptForTheCommandThatWasCalledUp() {
        slots.resize(NUMBER, 1);
        CommandId called = next();
        window.keep(window.free(NUMBER, clock.instant(), 5).getFirst(), called, LEASE);

        assertThat(window.take(NUMBER, next(), LEASE, false)).isEmpty();
        assertThat(window.take(NUMBER, called, LEASE, true)).isPresent();
    }

    @Test
    void aSlotThatIsGivenBackIsFreeAtOnce() {
        slots.resize(NUMBER, 1);
        window.giveBack(window.take(NUMBER, next(), LEASE, false).orElseThrow());

        assertThat(window.take(NUMBER, next(), LEASE, false)).isPresent();
    }

    @Test
    void whatWasKeptForACommandThatDoesNotGoIsFreeAtOnce() {
        slots.resize(NUMBER, 2);
        CommandId command = next();
        Slot used = window.take(NUMBER, command, LEASE, false).orElseThrow();
        window.keep(window.free(NUMBER, clock.instant(), 1).getFirst(), command, LEASE);
        window.giveBack(NUMBER, command);

        assertThat(window.free(NUMBER, clock.instant(), 2))
                .extracting(Slot::index)
                .containsExactly(1 - used.index());
    }

    @Test
    void aTokenIsTakenOrNotWithTheTransactionAroundIt() {
        var transaction = new TransactionTemplate(new JdbcTransactionManager(database));
        SendCommand command = command("49151");
        for (int i = 0; i < 60; i++) {
            transaction.executeWithoutResult(
                    status -> {
                        assertThat(pairs.tryTake(command)).isEmpty();
                        status.setRollbackOnly();
                    });
        }
        for (int i = 0; i < 45; i++) {
            transaction.executeWithoutResult(
                    status -> assertThat(pairs.tryTake(command)).isEmpty());
        }

        assertThat(pairs.tryTake(command)).isPresent();
    }

    @Test
    void aNumberWhoseFirstTurnIsRolledBackSendsWithTheNext() {
        var transaction = new TransactionTemplate(new JdbcTransactionManager(database));
        var numbers =
                new NumberLimits(
                        database,
                        slots,
                        number -> Optional.empty(),
                        List::of,
                        LimitBench.SETTINGS,
                        clock);
        transaction.executeWithoutResult(
                status -> {
                    numbers.meet(NUMBER);
                    status.setRollbackOnly();
                });
        transaction.executeWithoutResult(status -> numbers.meet(NUMBER));

        assertThat(window.take(NUMBER, next(), LEASE, false)).isPresent();
    }

    @Test
    void twoTurnsOfOneCommandDoNotShareASlot() {
        slots.resize(NUMBER, 2);
        CommandId command = next();
        Slot free = window.free(NUMBER, clock.instant(), 1).getFirst();
        window.keep(free, command, LEASE);
        Slot first = window.take(NUMBER, command, LEASE, true).orElseThrow();
        assertThat(otherNode.take(NUMBER, command, LEASE, true)).isEmpty();
        Slot second = otherNode.take(NUMBER, command, LEASE, false).orElseThrow();
        assertThat(second.index()).isNotEqualTo(first.index());

        otherNode.giveBack(second);
        otherNode.giveBack(free.heldBy(command.value()));
        assertThat(window.free(NUMBER, clock.instant(), 5))
                .extracting(Slot::index)
                .containsExactly(second.index());
    }

    @Test
    void messagesOfCustomersCountAsWell() {
        slots.resize(NUMBER, LIMIT);
        window.fill(NUMBER, 15);
        assertThat(window.free(NUMBER, clock.instant(), LIMIT)).hasSize(5);

        window.fill(NUMBER, 10);
        assertThat(window.free(NUMBER, clock.instant(), LIMIT)).isEmpty();
        clock.advance(Duration.ofMillis(1010));
        assertThat(window.free(NUMBER, clock.instant(), LIMIT)).hasSizeBetween(15, LIMIT);
        clock.advance(Duration.ofSeconds(1));
        assertThat(window.free(NUMBER, clock.instant(), LIMIT)).hasSize(LIMIT);
    }

    /** After an outage Meta delivers again what it has counted when it came. */
    @Test
    void messagesOfCustomersThatComeLateDoNotCount() {
        slots.resize(NUMBER, LIMIT);
        var inbound = new InboundCount(window, clock);
        var router = new TestRouter(database, clock);
        long now = clock.instant().getEpochSecond();
        byte[] body =
                new WebhookBody()
                        .message(NUMBER.value(), "49151", "wamid.late", now - 60, "late")
                        .message(NUMBER.value(), "49151", "wamid.now", now - 1, "now")
                        .bytes();

        inbound.count(router.handle(List.of(TestRouter.Message.of(body))));
        inbound.settle();

        assertThat(window.free(NUMBER, clock.instant(), LIMIT)).hasSize(LIMIT - 1);
    }

    /** Meta counts them in the second in which they come, and so they hold up nothing that is sent after it. */
    @Test
    void howeverManyMessagesOfCustomersThereAreNoSlotRestsLongerThanTwoSeconds() {
        slots.resize(NUMBER, LIMIT);
        for (int i = 0; i < 20; i++) {
            window.fill(NUMBER, 10 * LIMIT);
        }

        clock.advance(Duration.ofMillis(2010));
        assertThat(window.free(NUMBER, clock.instant(), LIMIT)).hasSize(LIMIT);
    }

    /** Of a clock that was two hours ahead when customers wrote. */
    @Test
    void aClockThatIsPutRightStopsNoNumber() {
        slots.resize(NUMBER, LIMIT);
        clock.advance(Duration.ofHours(2));
        window.fill(NUMBER, LIMIT);
        clock.advance(Duration.ofHours(-2));
        assertThat(window.take(NUMBER, next(), LEASE, false)).isEmpty();

        slots.endEndless();
        clock.advance(Duration.ofMillis(1010));

        assertThat(window.free(NUMBER, clock.instant(), LIMIT)).hasSize(LIMIT);
    }

    @Test
    void aNumberMayGetMoreOrLess() {
        assertThat(slots.resize(NUMBER, 20)).isTrue();
        assertThat(slots.resize(NUMBER, 80)).isTrue();
        assertThat(window.free(NUMBER, clock.instant(), 100)).hasSize(80);
        assertThat(slots.resize(NUMBER, 80)).isFalse();
        slots.resize(NUMBER, 20);
        assertThat(window.free(NUMBER, clock.instant(), 100)).hasSize(20);
    }

    @Test
    void nothingGoesOutWhileTheNumberIsClosed() {
        slots.resize(NUMBER, 2);
        slots.close(NUMBER, clock.instant().plusSeconds(60));
        clock.advance(Duration.ofSeconds(59));
        assertThat(window.take(NUMBER, next(), LEASE, false)).isEmpty();

        clock.advance(Duration.ofSeconds(1));
        assertThat(window.take(NUMBER, next(), LEASE, false)).isPresent();
    }

    @Test
    void aRecipientGetsABurstAndThenOneEverySixSeconds() {
        SendCommand command = command("49151");
        for (int i = 0; i < 45; i++) {
            assertThat((i % 2 == 0 ? pairs : pairsOfOtherNode).tryTake(command)).isEmpty();
        }
        Optional<Instant> until = pairs.tryTake(command);
        assertThat(until.orElseThrow())
                .isBetween(clock.instant().plusMillis(6000), clock.instant().plusMillis(6010));

        clock.advance(Duration.ofMillis(5990));
        assertThat(pairsOfOtherNode.tryTake(command)).isPresent();
        clock.advance(Duration.ofMillis(20));
        assertThat(pairsOfOtherNode.tryTake(command)).isEmpty();
        assertThat(pairs.tryTake(command)).isPresent();
    }

    @Test
    void aRecipientIsNoConcernOfAnother() {
        for (int i = 0; i < 45; i++) {
            pairs.tryTake(command("49151"));
        }
        assertThat(pairs.tryTake(command("49151"))).isPresent();
        assertThat(pairs.tryTake(command("49152"))).isEmpty();
    }

    @Test
    void aRecipientsBucketIsNeverAheadOfMetas() {
        SendCommand command = command("49151");
        var random = new Random(11);
        double metas = 45;
        Instant last = clock.instant();
        int sent = 0;
        for (int step = 0; step < 1500; step++) {
            clock.advance(Duration.ofMillis(random.nextInt(1500)));
            if (pairs.tryTake(command).isEmpty()) {
                Instant began = clock.instant();
                int call = 1 + random.nextInt(900);
                Instant counted = began.plusMillis(random.nextInt(call));
                metas = Math.min(45, metas + Duration.between(last, counted).toMillis() / 6000.0);
                last = counted;
                metas -= 1;
                assertThat(metas).isGreaterThanOrEqualTo(0);
                clock.advance(Duration.ofMillis(call));
                pairs.standStill(command, Duration.between(began, clock.instant()));
                sent++;
            }
        }
        assertThat(sent).isGreaterThan(100);
    }

    @Test
    void takesTheTokensOfManyRecipientsAtOnce() {
        for (int i = 0; i < 45; i++) {
            pairs.tryTake(command("49151"));
        }
        String empty = PairBuckets.of(command("49151"));
        String full = PairBuckets.of(command("49152"));

        Map<String, Instant> without = pairs.tryTake(Set.of(empty, full));
        assertThat(without).containsOnlyKeys(empty);
        assertThat(without.get(empty))
                .isBetween(clock.instant().plusMillis(6000), clock.instant().plusMillis(6010));

        pairs.standStill(Map.of(full, Duration.ofSeconds(264), empty, Duration.ofSeconds(1)));
        assertThat(pairs.tryTake(Set.of(empty, full))).containsOnlyKeys(empty, full);
    }

    /** A recipient would get nothing until the clock is where it was. */
    @Test
    void aClockThatIsPutRightStopsNoRecipient() {
        clock.advance(Duration.ofDays(1));
        pairs.tryTake(command("49151"));
        clock.advance(Duration.ofDays(-1));
        assertThat(pairs.tryTake(command("49151"))).isPresent();

        pairs.tidy();
        clock.advance(Duration.ofSeconds(7));

        assertThat(pairs.tryTake(command("49151"))).isEmpty();
    }

    @Test
    void forgetsBucketsThatAreFullAgain() {
        SendCommand command = command("49151");
        pairs.tryTake(command);
        clock.advance(Duration.ofMinutes(10));
        pairs.tidy();

        for (int i = 0; i < 45; i++) {
            assertThat(pairs.tryTake(command)).isEmpty();
        }
    }

    private static int mostInOneSecond(List<Instant> counted) {
        List<Instant> sorted = counted.stream().sorted().toList();
        int most = 0;
        int from = 0;
        for (int to = 0; to < sorted.size(); to++) {
            while (Duration.between(sorted.get(from), sorted.get(to)).toMillis() >= 1000) {
                from++;
            }
            most = Math.max(most, to - from + 1);
        }
        return most;
    }

    private void take(PhoneNumberId number) {
        assertThat(window.take(number, next(), LEASE, false)).isPresent();
    }

    private CommandId next() {
        return CommandId.next(clock.instant());
    }

    private static SendCommand command(String to) {
        var json = JsonNodeFactory.instance.objectNode().put("from", "106").put("to", to);
        json.putObject("text").put("body", "x");
        return SendCommand.of(json);
    }
}
