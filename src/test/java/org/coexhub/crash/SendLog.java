package org.coexhub.crash;

import static org.assertj.core.api.Assertions.assertThat;

import org.coexhub.crash.HostileGraph.Arrival;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What reached Graph, held against what must never be. Texts are {@code <recipient>#<place in the recipient's order>}. */
final class SendLog {

    private static final long SECOND = 1_000_000_000L;

    private final List<Arrival> arrivals;

    SendLog(List<Arrival> arrivals) {
        this.arrivals = arrivals.stream().sorted(Comparator.comparingLong(Arrival::nanos)).toList();
    }

    List<Arrival> taken() {
        return arrivals.stream().filter(Arrival::taken).toList();
    }

    void nobodyGotAMessageTwice() {
        Map<String, Long> times =
                taken().stream()
                        .collect(Collectors.groupingBy(Arrival::text, Collectors.counting()));
        assertThat(times.entrySet().stream().filter(e -> e.getValue() > 1).toList())
                .as("messages that a recipient got more than once")
                .isEmpty();
    }

    void orderHeldPerRecipient() {
        var last = new HashMap<String, Integer>();
        for (Arrival arrival : taken()) {
            int place = Integer.parseInt(arrival.text().split("#")[1]);
            Integer before = last.put(arrival.pair(), place);
            assertThat(before == null || before < place)
                    .as("%s got %s after %s", arrival.pair(), place, before)
                    .isTrue();
        }
    }

    /** Every request counts, whatever became of it, in any second wherever it begins. */
    void noNumberSentMoreInAnySecond(int limit) {
        by(Arrival::number)
                .forEach(
                        (number, all) -> {
                            for (int i = limit; i < all.size(); i++) {
                                long apart = all.get(i).nanos() - all.get(i - limit).nanos();
                                assertThat(apart)
                                        .as(
                                                "nanoseconds in which number %s sent %s messages,"
                                                        + " up to its %sth",
                                                number, limit + 1, i)
                                        .isGreaterThanOrEqualTo(SECOND);
                            }
                        });
    }

    void noRecipientGotMoreThan(int burst, int secondsPerMessage) {
        by(Arrival::pair)
                .forEach(
                        (pair, all) -> {
                            double tokens = burst;
                            long before = all.getFirst().nanos();
                            for (Arrival arrival : all) {
                                double gained =
                                        (double) (arrival.nanos() - before)
                                                / SECOND
                                                / secondsPerMessage;
                                tokens = Math.min(burst, tokens + gained) - 1;
                                before = arrival.nanos();
                                assertThat(tokens)
                                        .as("what %s had left", pair)
                                        .isGreaterThanOrEqualTo(0);
                            }
                        });
    }

    /** The most any number sent in one second: the limit was worth testing. */
    int mostInOneSecond() {
        int most = 0;
        for (List<Arrival> all : by(Arrival::number).values()) {
            Deque<Long> second = new ArrayDeque<>();
            for (Arrival arrival : all) {
                second.addLast(arrival.nanos());
                while (arrival.nanos() - second.peekFirst() >= SECOND) {
                    second.removeFirst();
                }
                most = Math.max(most, second.size());
            }
        }
        return most;
    }

    private Map<String, List<Arrival>> by(Function<Arrival, String> key) {
        return arrivals.stream().collect(Collectors.groupingBy(key));
    }
}
