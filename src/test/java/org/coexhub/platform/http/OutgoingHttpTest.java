package org.coexhub.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import org.coexhub.testing.EndlessAnswer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

/** What other systems answer is read up to a size and within a time. */
class OutgoingHttpTest {

    private static final int MOST = 100_000;
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(400);

    private final OutgoingHttp http = new OutgoingHttp(Duration.ofSeconds(5), MOST);

    @AfterEach
    void close() {
        http.close();
    }

    @Test
    void anAnswerOfTheLargestSizeIsRead() throws Exception {
        try (var server = EndlessAnswer.of(MOST)) {
            assertThat(http.send(get(server.url()), LONG).body()).hasSize(MOST);
        }
    }

    @Test
    void anAnswerThatIsOneByteLargerIsAFailure() throws Exception {
        try (var server = EndlessAnswer.of(MOST + 1)) {
            assertThatThrownBy(() -> http.send(get(server.url()), LONG))
                    .isInstanceOf(AnswerTooLargeException.class)
                    .hasMessageContaining("100000 bytes");
        }
    }

    @Test
    void anAnswerWithoutEndIsBrokenOffAndTheOtherSideSeesIt() throws Exception {
        try (var server = EndlessAnswer.fast()) {
            assertThatThrownBy(() -> http.send(get(server.url()), LONG))
                    .isInstanceOf(AnswerTooLargeException.class);
            await().until(server::isBrokenOff);
        }
    }

    @Test
    void anAnswerThatTricklesEndsWithItsTimeAndTheOtherSideSeesIt() throws Exception {
        try (var server = EndlessAnswer.trickling()) {
            assertThatThrownBy(() -> http.send(get(server.url()), SHORT))
                    .isInstanceOf(HttpTimeoutException.class)
                    .hasMessageContaining("PT0.4S");
            await().until(server::isBrokenOff);
        }
    }

    @Test
    void whereNobodyListensTheFailureSaysThatNothingWasSent() throws Exception {
        int port;
        try (var closed = new ServerSocket(0)) {
            port = closed.getLocalPort();
        }
        assertThatThrownBy(() -> http.send(get("http://127.0.0.1:" + port + "/"), LONG))
                .isInstanceOf(ConnectException.class);
    }

    private static HttpRequest get(String url) {
        return HttpRequest.newBuilder(URI.create(url)).build();
    }
}
