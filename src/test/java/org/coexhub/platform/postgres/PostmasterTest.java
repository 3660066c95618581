package org.coexhub.platform.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;

/** Whether the process of a server is there, and until when. */
class PostmasterTest {

    @Test
    void aServerIsThereUntilItsProcessIsGone() throws Exception {
        Process process = new ProcessBuilder("sleep", "0.5").start();
        var server = new Postmaster(process.pid(), Instant.now(), 5432);

        assertThat(server.runs()).isTrue();
        assertThat(server.endsWithin(Duration.ofMillis(20))).isFalse();
        assertThat(server.endsWithin(Duration.ofSeconds(30))).isTrue();
        assertThat(server.runs()).isFalse();
    }

    @Test
    void anotherProcessThatGotItsNumberLaterIsNotTheServer() throws Exception {
        Process later = new ProcessBuilder("sleep", "30").start();
        try {
            var server = new Postmaster(later.pid(), Instant.now().minusSeconds(60), 5432);

            assertThat(server.runs()).isFalse();
        } finally {
            later.destroyForcibly();
        }
    }
}
