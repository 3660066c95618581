package org.coexhub.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.coexhub.routes.HubTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;

class BearerAuthenticationTest extends HubTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Bearer",
                "Bearer ",
                "Bearer wrong",
                "Basic " + API_TOKEN,
                API_TOKEN,
                "bearer" + API_TOKEN
            })
    void refusesEveryOtherCredential(String header) throws Exception {
        var request = HttpRequest.newBuilder(uri("/api/v1/events")).header("Authorization", header);

        var answer =
                send(header.isEmpty() ? HttpRequest.newBuilder(uri("/api/v1/events")) : request);

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
                .startsWith("application/problem+json");
        assertThat(json.readTree(answer.body()).path("status").asInt()).isEqualTo(401);
    }

    @Test
    void wrongTokensAreToldToWaitAndTheRightOneStillPasses() throws Exception {
        var wrong =
                HttpRequest.newBuilder(uri("/api/v1/events"))
                        .header("Authorization", "Bearer of-nothing");
        var answer = send(wrong);
        for (int i = 0; i < WrongTokens.MOST && answer.statusCode() != 429; i++) {
            answer = send(wrong);
        }

        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(Integer.parseInt(answer.headers().firstValue("Retry-After").orElseThrow()))
                .isBetween(1, 60);
        assertThat(json.readTree(answer.body()).path("status").asInt()).isEqualTo(429);
        assertThat(get("/api/v1/events").statusCode()).isEqualTo(200);
        clock.advance(WrongTokens.WITHIN);
        assertThat(send(wrong).statusCode()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/events",
                "/%61pi/v1/events",
                "/api/%761/events",
                "//api/v1/events",
                "/api//v1/events",
                "/api;a=b/v1/events",
                "/api/v1;a=b/events",
                "/x/../api/v1/events",
                "/./api/v1/events",
                "/api/v1/./events",
                "/API/v1/events"
            })
    void noSpellingOfAPathGoesRoundIt(String target) throws Exception {
        assertThat(statusOf(target)).isIn(400, 401, 404);
        assertThat(statusOf("/api/v1/events")).isEqualTo(401);
    }

    /** Sent as it stands; a client library would tidy the path up. */
    private int statusOf(String target) throws Exception {
        try (var socket = new Socket("127.0.0.1", uri("/").getPort())) {
            socket.getOutputStream()
                    .write(
                            ("GET "
                                            + target
                                            + " HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            var in =
                    new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.US_ASCII));
            return Integer.parseInt(in.readLine().split(" ")[1]);
        }
    }
}
