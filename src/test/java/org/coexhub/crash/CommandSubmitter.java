package org.coexhub.crash;

import org.coexhub.testing.HubProcess;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program that hands commands in by REST, each until the hub has said yes; whose hub may die at any moment. */
final class CommandSubmitter implements Callable<Integer> {

    private static final Duration AGAIN = Duration.ofMillis(100);
    private static final Pattern ID = Pattern.compile("\"commandId\":\"([0-9a-f-]{36})\"");

    private final URI target;
    private final List<Wanted> wanted;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(2))
                    .build();

    /** One message somebody shall get. */
    record Wanted(String number, String to, int place) {
        String text() {
            return to + "#" + place;
        }
    }

    CommandSubmitter(URI target, List<Wanted> wanted) {
        this.target = target;
        this.wanted = wanted;
    }

    /** Hands all in, one after the other; returns how many requests it took. */
    @Override
    public Integer call() throws InterruptedException {
        int requests = 0;
        for (Wanted message : wanted) {
            do {
                requests++;
            } while (!accepted(message));
        }
        return requests;
    }

    private boolean accepted(Wanted message) throws InterruptedException {
        String body =
                """
                {"from":"%s","to":"%s","type":"text","text":{"body":"%s"}}\
                """
                        .formatted(message.number(), message.to(), message.text());
        var request =
                HttpRequest.newBuilder(target)
                        .timeout(Duration.ofSeconds(10))
                        .header("Authorization", "Bearer " + HubProcess.API_TOKEN)
                        .header("Idempotency-Key", message.text())
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            Matcher id = ID.matcher(answer.body());
            if (answer.statusCode() == 202 && id.find()) {
                return true;
            }
            if (answer.statusCode() < 500 && answer.statusCode() != 404) {
                throw new IllegalStateException("the hub refuses: " + answer.body());
            }
        } catch (IOException dead) {
            // Nobody knows whether it was accepted; the same key again does no harm.
        }
        LockSupport.parkNanos(AGAIN.toNanos());
        return false;
    }
}
