package org.coexhub.platform.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** What fails by the clock, time and again, is told in one line. */
@Execution(ExecutionMode.SAME_THREAD)
@ExtendWith(OutputCaptureExtension.class)
class TimerFailuresTest {

    private final TimerFailures failures = new TimerFailures();
    private final AtomicInteger turns = new AtomicInteger();

    @ParameterizedTest
    @ValueSource(strings = {"timer:bad?period=1&delay=0", "scheduler:bad?delay=1&initialDelay=0"})
    void ofARoute(String uri, CapturedOutput log) throws Exception {
        try (var camel = new DefaultCamelContext()) {
            camel.getCamelContextExtension().registerEndpointCallback(failures);
            camel.addRoutes(
                    new RouteBuilder() {
                        @Override
                        public void configure() {
                            errorHandler(noErrorHandler());
                            from(uri).routeId("always-fails").process(exchange -> fail());
                        }
                    });
            camel.start();
            await().until(() -> turns.get() > 10);
        }

        assertToldOnce(log, "Route always-fails has failed");
    }

    @Test
    void ofAScheduledTask(CapturedOutput log) {
        var scheduler = new ThreadPoolTaskScheduler();
        failures.customize(scheduler);
        scheduler.initialize();
        scheduler.scheduleWithFixedDelay(this::fail, Duration.ofMillis(1));
        await().until(() -> turns.get() > 10);
        scheduler.shutdown();

        assertToldOnce(log, "A step by the clock has failed");
    }

    private void fail() {
        turns.incrementAndGet();
        throw new IllegalStateException("words of a customer");
    }

    private static void assertToldOnce(CapturedOutput log, String words) {
        assertThat(log.getAll().lines().filter(line -> line.contains(words))).hasSize(1);
        assertThat(log.getAll())
                .contains("IllegalStateException at TimerFailuresTest.fail")
                .doesNotContain("words of a customer")
                .doesNotContain("\tat ");
    }
}
