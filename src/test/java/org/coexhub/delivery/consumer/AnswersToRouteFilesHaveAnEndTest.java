package org.coexhub.delivery.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.delivery.consumer.HttpSteps.MOST_BYTES;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.coexhub.platform.http.AnswerTooLargeException;
import org.coexhub.routes.HttpSink;
import org.coexhub.testing.EndlessAnswer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.zip.GZIPOutputStream;

/** What is answered to an {@code http:} step of a route file is read up to a size and within a time. */
class AnswersToRouteFilesHaveAnEndTest {

    private static final HttpSink SINK = new HttpSink();

    private final CamelContext camel = new DefaultCamelContext();

    @AfterEach
    void stop() {
        camel.stop();
    }

    @Test
    void anAnswerOfTheLargestSizeIsRead() {
        try (var server = EndlessAnswer.of(MOST_BYTES)) {
            Exchange asked = ask(server.url(), Duration.ofMinutes(1));

            assertThat(asked.getException()).isNull();
            assertThat(asked.getMessage().getBody(byte[].class)).hasSize(MOST_BYTES);
        }
    }

    @Test
    void aLargerOneIsBrokenOffAndTheOtherSideSeesIt() {
        try (var server = EndlessAnswer.of(4L * MOST_BYTES)) {
            assertThat(ask(server.url(), Duration.ofMinutes(1)).getException())
                    .isInstanceOf(AnswerTooLargeException.class);
            await().until(server::isBrokenOff);
        }
    }

    @Test
    void oneThatTricklesEndsWithItsTimeAndTheOtherSideSeesIt() {
        try (var server = EndlessAnswer.trickling()) {
            assertThat(ask(server.url(), Duration.ofMillis(400)).getException())
                    .isInstanceOf(InterruptedIOException.class)
                    .hasMessageContaining("PT0.4S");
            await().until(server::isBrokenOff);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "x-gzip", "gzip, unknown-gzip"})
    void whatUnpacksToMoreIsNotUnpacked(String encoding) throws Exception {
        byte[] packed = packed(4 * MOST_BYTES);
        SINK.always("/packed", exchange -> answer(exchange, 200, encoding, packed));

        Exchange asked = ask(SINK.url("/packed"), Duration.ofMinutes(1));

        if (asked.getException() == null) {
            assertThat(asked.getMessage().getBody(byte[].class)).hasSize(packed.length);
        } else {
            assertThat(asked.getException()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void ofARefusalTheStatusCountsHoweverMuchIsSaidWithIt() {
        var words = new byte[4 * MOST_BYTES];
        SINK.always("/refusing", exchange -> answer(exchange, 503, null, words));

        assertThat(ask(SINK.url("/refusing"), Duration.ofMinutes(1)).getException())
                .isInstanceOf(HttpOperationFailedException.class)
                .hasMessageContaining("503");
    }

    @Test
    void anAnswerThatTheFileIgnoresIsNotReadForEver() {
        try (var server = EndlessAnswer.fast()) {
            String ignoring = server.url() + "?ignoreResponseBody=true";

            assertThat(ask(ignoring, Duration.ofMinutes(1)).getException()).isNull();
            await().until(server::isBrokenOff);
        }
    }

    @Test
    void manyWholeAnswersComeOverKeptConnectionsAndLeaveNoClockRunning() {
        SINK.always("/usual", exchange -> answer(exchange, 200, null, new byte[100]));
        var steps = new HttpSteps(Duration.ofMinutes(1));
        steps.beforeApplicationStart(camel);
        camel.start();
        for (int i = 0; i < 50; i++) {
            assertThat(requested(SINK.url("/usual")).getException()).isNull();
        }
        assertThat(steps.underWay()).isZero();
    }

    private Exchange ask(String url, Duration longest) {
        new HttpSteps(longest).beforeApplicationStart(camel);
        camel.start();
        return requested(url);
    }

    private Exchange requested(String url) {
        return camel.createFluentProducerTemplate().to(url).request(Exchange.class);
    }

    private static void answer(
            com.sun.net.httpserver.HttpExchange exchange, int status, String encoding, byte[] body)
            throws IOException {
        try (exchange) {
            if (encoding != null) {
                exchange.getResponseHeaders().set("Content-Encoding", encoding);
            }
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static byte[] packed(int bytes) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(new byte[bytes]);
        }
        return packed.toByteArray();
    }
}
