package org.coexhub.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Who has to go when strangers take too much memory. */
class UnverifiedBytesTest {

    private static final long MEGABYTE = 1024 * 1024;
    private static final long MOST = 16 * MEGABYTE;

    private final AtomicLong nanos = new AtomicLong();
    private final UnverifiedBytes bytes = new UnverifiedBytes(MOST, nanos::get);
    private final List<String> cut = new ArrayList<>();

    @Test
    void theLargestOfThoseThatCameTogetherIsCutFirst() {
        begin("large", 9 * MEGABYTE);
        begin("medium", 5 * MEGABYTE);
        begin("newcomer", 3 * MEGABYTE);

        assertThat(cut).containsExactly("large");
        assertThat(bytes.total()).isLessThanOrEqualTo(MOST);
    }

    @Test
    void theOneThatHasHeldItsMemoryForLongestIsCutBeforeALargerNewcomer() {
        begin("hoarder", 4 * MEGABYTE);
        seconds(10);
        begin("newcomer", 12 * MEGABYTE);

        assertThat(cut).containsExactly("hoarder");
    }

    @Test
    void manySmallOnesCutTheOldestOfThemselvesAndNoLargeOneWithinItsShare() {
        begin("webhook of 3 MB", 3 * MEGABYTE);
        for (int i = 0; i < 500; i++) {
            seconds(1);
            begin("small " + i, 10 * 1024);
        }

        assertThat(cut).isNotEmpty().doesNotContain("webhook of 3 MB");
        assertThat(cut.getFirst()).isEqualTo("small 0");
        assertThat(cut).doesNotContain("small 499");
    }

    @Test
    void fewLargeOnesCutNoSmallOneWithinTheirShare() {
        for (int i = 0; i < 20; i++) {
            begin("small " + i, 10 * 1024);
        }
        seconds(20);
        for (int i = 0; i < 30; i++) {
            begin("large " + i, 4 * MEGABYTE);
        }

        assertThat(cut).isNotEmpty().allMatch(name -> name.startsWith("large"));
    }

    @Test
    void whatEndsGivesItsMemoryBackOnce() {
        UnverifiedBytes.Holding holding = begin("one", MEGABYTE);
        holding.end();
        holding.end();
        holding.take(MEGABYTE);

        assertThat(bytes.total()).isZero();
    }

    private UnverifiedBytes.Holding begin(String name, long size) {
        UnverifiedBytes.Holding holding = bytes.begin(() -> cut.add(name));
        holding.take(size);
        return holding;
    }

    private void seconds(int count) {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(count));
    }
}
