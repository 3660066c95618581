package org.coexhub.connector.webhook;

import org.apache.camel.Body;
import org.apache.camel.Headers;
import org.coexhub.delivery.failure.DeliveryFailedException;
import org.coexhub.delivery.failure.Failure;
import org.coexhub.platform.http.OutgoingHttp;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * The receiver of webhooks: gets one signed event per call, and says by the exception what its answer means to the
 * destination. What lies in no event is passing: a token or a path that is not valid (any more), an answer that leads
 * elsewhere. One that is gone is left alone until somebody resumes the destination. Of what it says beside the status
 * nothing is kept.
 */
@Component("webhookReceiver")
class WebhookReceiver implements AutoCloseable {

    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(3);
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final int GONE = 410;

    /** Beside redirects, and what means "later" everywhere. */
    private static final Set<Integer> OF_THE_RECEIVER = Set.of(401, 403, 404);

    private final WebhookDestinationSettings settings;
    private final Duration longest;
    private final OutgoingHttp http = new OutgoingHttp(LONGEST_CONNECT);

    @Autowired
    WebhookReceiver(WebhookDestinationSettings settings) {
        this(settings, LONGEST);
    }

    WebhookReceiver(WebhookDestinationSettings settings, Duration longest) {
        this.settings = settings;
        this.longest = longest;
    }

    /** Posts the body with the headers that {@link StandardWebhooks#sign} has left. */
    public void deliver(@Body byte[] body, @Headers Map<String, Object> headers)
            throws IOException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(settings.url()))
                        .POST(BodyPublishers.ofByteArray(body));
        headers.forEach(
                (name, value) -> {
                    if (!name.startsWith("Camel")) {
                        request.header(name, value.toString());
                    }
                });
        judge(answer(request.build()));
    }

    private HttpResponse<Void> answer(HttpRequest request) throws IOException {
        try {
            return http.send(request, head -> new UnreadAnswer(), longest);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the hub stopped while the receiver was asked");
        }
    }

    private static void judge(HttpResponse<Void> answer) {
        int status = answer.statusCode();
        if (status >= 200 && status < 300) {
            return;
        }
        String reason = "HTTP " + status;
        if (status == GONE) {
            throw DeliveryFailedException.untilResumed(reason, status);
        }
        if (status < 400 || Failure.saysLater(status) || OF_THE_RECEIVER.contains(status)) {
            throw DeliveryFailedException.passing(reason, status, rest(answer));
        }
        throw DeliveryFailedException.lasting(reason, status);
    }

    private static Duration rest(HttpResponse<Void> answer) {
        return answer.headers()
                .firstValue("Retry-After")
                .filter(value -> value.matches("[0-9]{1,6}"))
                .map(value -> Duration.ofSeconds(Long.parseLong(value)))
                .orElse(null);
    }

    @Override
    public void close() {
        http.close();
    }
}
