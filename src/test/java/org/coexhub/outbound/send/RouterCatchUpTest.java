package org.coexhub.outbound.send;

import static org.assertj.core.api.Assertions.assertThat;

import org.coexhub.event.CustomerIdentity;
import org.coexhub.event.PhoneNumberId;
import org.coexhub.event.slice.WebhookSlicer;
import org.coexhub.inbound.eventlog.JournalMarks;
import org.coexhub.outbound.command.CommandId;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

class RouterCatchUpTest {

    private static final PhoneNumberId NUMBER = new PhoneNumberId("106");

    private final AtomicLong nanos = new AtomicLong();
    private final Router router = new Router();
    private final RouterCatchUp catchUp =
            new RouterCatchUp(
                    router,
                    new WebhookSlicer(1),
                    (from, digits, bsuid) ->
                            List.of(new CustomerIdentity(digits, null, null, null, null)),
                    () -> nanos.addAndGet(1000));

    /** Comes to marks when it is told to, or some milliseconds after they are put. */
    private static final class Router extends JournalMarks {

        private final List<UUID> open = new ArrayList<>();
        private final Set<UUID> passed = new HashSet<>();
        private boolean behind;
        private int looks;

        Router() {
            super(null, null, Instant::now);
        }

        @Override
        public List<UUID> put(Collection<Integer> partitions) {
            List<UUID> marks = Stream.generate(UUID::randomUUID).limit(partitions.size()).toList();
            open.addAll(marks);
            looks = 0;
            return marks;
        }

        /** Not at the first look after a put: an idle router needs some milliseconds. */
        @Override
        public boolean arePassed(Collection<UUID> marks) {
            if (!behind && looks++ > 0) {
                passAll();
            }
            return passed.containsAll(marks);
        }

        void passAll() {
            passed.addAll(open);
            open.clear();
        }

        @Override
        public void remove(Collection<UUID> marks) {
            passed.removeAll(marks);
        }
    }

    private boolean reached(CommandId command) {
        return catchUp.reached(command, NUMBER, "49151", null);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private static CommandId next() {
        return CommandId.next(Instant.EPOCH);
    }

    @Test
    void anIdleRouterIsReachedAtOnce() {
        assertThat(reached(next())).isTrue();
    }

    /** On a slow disk, or behind hundreds of others, a command comes again later than its marks tell enough. */
    @Test
    void whoComesAgainLateIsReachedAllTheSame() {
        CommandId waiting = next();
        router.behind = true;
        assertThat(reached(waiting)).isFalse();
        pass(Duration.ofSeconds(2));
        assertThat(reached(waiting)).isFalse();

        router.behind = false;
        router.passAll();
        pass(Duration.ofSeconds(2));

        assertThat(reached(waiting)).isTrue();
    }

    /** They would keep each other from being reached: each finds the partition behind, and says so. */
    @Test
    void thoseThatFoundItBehindDoNotKeepItSo() {
        List<CommandId> waiting = Stream.generate(RouterCatchUpTest::next).limit(20).toList();
        router.behind = true;
        waiting.forEach(
                command -> {
                    pass(Duration.ofMillis(100));
                    assertThat(reached(command)).isFalse();
                });
        router.behind = false;
        router.passAll();

        int rounds = 0;
        var left = new ArrayList<>(waiting);
        while (!left.isEmpty() && rounds < 3) {
            left.removeIf(
                    command -> {
                        pass(Duration.ofMillis(100));
                        return reached(command);
                    });
            rounds++;
        }

        assertThat(left).isEmpty();
    }

    /** They went with the journal's disk, or were passed and tidied away long ago. */
    @Test
    void marksThatAreGoneAreFollowedByNewOnes() {
        CommandId waiting = next();
        router.behind = true;
        assertThat(reached(waiting)).isFalse();
        router.open.clear();
        router.behind = false;
        pass(Duration.ofMinutes(6));

        assertThat(reached(waiting)).isTrue();
    }
}
