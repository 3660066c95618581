package org.coexhub.connector.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import org.coexhub.delivery.failure.DeliveryFailedException;
import org.coexhub.delivery.failure.Failure;
import org.coexhub.routes.HttpSink;
import org.coexhub.testing.EndlessAnswer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What a receiver of webhooks answers: how it is judged, and that it has an end. */
class WebhookReceiverTest {

    private static final HttpSink SINK = new HttpSink();
    private static final byte[] BODY = "{}".getBytes(StandardCharsets.UTF_8);

    private WebhookReceiver receiver;

    @AfterEach
    void close() {
        receiver.close();
        SINK.usual("/hook");
    }

    @Test
    void aSuccessMayHaveWords() {
        SINK.then("/hook", HttpSink.json("{'thanks':true}"));

        assertThat(failure(SINK.url("/hook"), Duration.ofSeconds(30))).isNull();
    }

    @Test
    void ofASuccessWithoutEndTheStatusCountsAndTheRestIsNotRead() {
        try (var server = EndlessAnswer.fast()) {
            assertThat(failure(server.url(), Duration.ofSeconds(30))).isNull();
            await().until(server::isBrokenOff);
        }
    }

    @Test
    void anAnswerThatTricklesIsTriedAgain() {
        try (var server = EndlessAnswer.trickling()) {
            Throwable failure = failure(server.url(), Duration.ofMillis(400));

            assertThat(failure).isInstanceOf(HttpTimeoutException.class);
            assertThat(Failure.of(failure).worthAnotherTry()).isTrue();
            await().until(server::isBrokenOff);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 401, 403, 404, 408, 425, 429, 500, 503})
    void whatMeansTheReceiverIsTriedAgain(int status) {
        SINK.then("/hook", HttpSink.status(status, "Retry-After", "7"));

        Failure verdict = Failure.of(failure(SINK.url("/hook"), Duration.ofSeconds(30)));

        assertThat(verdict.worthAnotherTry()).isTrue();
        assertThat(verdict.untilResumed()).isFalse();
        assertThat(verdict.reason()).isEqualTo("HTTP " + status);
        assertThat(verdict.status()).isEqualTo(status);
        assertThat(verdict.retryAfter()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void aReceiverThatIsGoneIsLeftAloneUntilSomebodyResumes() {
        SINK.then("/hook", HttpSink.status(410));

        Failure verdict = Failure.of(failure(SINK.url("/hook"), Duration.ofSeconds(30)));

        assertThat(verdict.worthAnotherTry()).isTrue();
        assertThat(verdict.untilResumed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 409, 413, 422})
    void whatMeansTheEventIsLasting(int status) {
        SINK.then("/hook", HttpSink.status(status));

        Throwable failure = failure(SINK.url("/hook"), Duration.ofSeconds(30));

        assertThat(failure).isInstanceOf(DeliveryFailedException.class);
        assertThat(Failure.of(failure).worthAnotherTry()).isFalse();
        assertThat(Failure.of(failure).reason()).isEqualTo("HTTP " + status);
    }

    @Test
    void whereNobodyListensItIsTriedAgain() {
        Throwable failure = failure("http://127.0.0.1:1/hook", Duration.ofSeconds(30));

        assertThat(failure).isInstanceOf(IOException.class);
        assertThat(Failure.of(failure).worthAnotherTry()).isTrue();
    }

    private Throwable failure(String url, Duration longest) {
        var settings =
                new WebhookDestinationSettings(
                        url, List.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), "whatsapp.*");
        receiver = new WebhookReceiver(settings, longest);
        return catchThrowable(
                () -> receiver.deliver(BODY, Map.of("Content-Type", "application/json")));
    }
}
