package org.coexhub.platform.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.coexhub.outbound.command.MicroBatcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Each in a process of its own, which a thread that lives keeps from ending in any other way. */
class OutOfMemoryTest {

    @ParameterizedTest
    @ValueSource(strings = {"gathered", "wrapped", "uncaught"})
    void theProcessEndsAtOnce(String where) throws Exception {
        Process process = start(where);

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();

        assertThat(process.exitValue()).isEqualTo(OutOfMemory.STATUS);
        assertThat(new String(process.getErrorStream().readAllBytes()))
                .contains("memory is exhausted: Java heap space");
    }

    @Test
    void anyOtherErrorEndsNothing() {
        OutOfMemory.endIfCauseOf(null);
        OutOfMemory.endIfCauseOf(new IllegalStateException(new StackOverflowError()));
    }

    @Test
    void theJvmEndsByItselfWhereverTheHubIsStartedByUs() throws IOException {
        for (String file : List.of("Dockerfile", "pom.xml", "docs/how-to/start-faster.md")) {
            assertThat(Files.readString(Path.of(file)))
                    .as(file)
                    .contains("-XX:+ExitOnOutOfMemoryError");
        }
    }

    private static Process start(String where) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-Xmx32m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Exhausted.class.getName(),
                        where)
                .start();
    }

    /** A program whose memory ends. */
    static final class Exhausted {

        public static void main(String[] where) throws InterruptedException {
            OutOfMemory.endWhereNobodyCatches();
            switch (where[0]) {
                case "gathered" ->
                        new MicroBatcher<byte[]>("test", Duration.ZERO, all -> hoard())
                                .add(new byte[0]);
                case "wrapped" ->
                        OutOfMemory.endIfCauseOf(
                                new IllegalStateException(
                                        "by Camel", new OutOfMemoryError("Java heap space")));
                default -> Thread.ofPlatform().start(Exhausted::hoard);
            }
            new CountDownLatch(1).await();
        }

        private static void hoard() {
            var hoard = new java.util.ArrayList<byte[]>();
            while (true) {
                hoard.add(new byte[1024 * 1024]);
            }
        }
    }
}
