package org.coexhub.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

@Execution(ExecutionMode.SAME_THREAD)
@ExtendWith(OutputCaptureExtension.class)
class RefusedCallersTest {

    private final AtomicLong nanos = new AtomicLong();
    private final RefusedCallers callers =
            new RefusedCallers(new SimpleMeterRegistry(), nanos::get);

    @Test
    void theNextLineComesAfterAMinuteAndCountsWhatCameBetween(CapturedOutput output) {
        callers.note("/door", "signature", "wrong secret");
        for (int i = 0; i < 41; i++) {
            callers.note("/door", "signature", "wrong secret");
        }
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        callers.note("/door", "signature", "wrong secret");

        assertThat(output.toString().lines().filter(line -> line.contains("/door")))
                .hasSize(2)
                .last()
                .asString()
                .contains("/door refused (42): wrong secret");
    }
}
