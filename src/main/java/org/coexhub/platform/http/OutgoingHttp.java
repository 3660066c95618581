package org.coexhub.platform.http;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The HTTP client for one other system. An answer is read up to a size and has to be there, whole, within a time, so
 * that nobody who answers can take the hub's memory or hold its threads. Redirects are not followed.
 */
public final class OutgoingHttp implements AutoCloseable {

    private final HttpClient http;
    private final int mostBytes;

    /** For answers that go elsewhere than into memory. */
    public OutgoingHttp(Duration connect) {
        this(connect, 0);
    }

    /** @param mostBytes an answer may have */
    public OutgoingHttp(Duration connect, int mostBytes) {
        this.mostBytes = mostBytes;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(connect)
                        .build();
    }

    /**
     * @param within from now to the last byte of the answer
     * @throws AnswerTooLargeException it is broken off
     * @throws HttpTimeoutException it is not whole in time, and is broken off
     * @throws IOException there is no answer; before a connection stands it is one of those that {@link
     *     HttpClient#send} names
     */
    public HttpResponse<byte[]> send(HttpRequest request, Duration within)
            throws IOException, InterruptedException {
        return send(
                request,
                answer -> new BoundedBody<>(BodySubscribers.ofByteArray(), mostBytes),
                within);
    }

    /** As {@link #send(HttpRequest, Duration)}, for bodies that go elsewhere than into memory. */
    public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> body, Duration within)
            throws IOException, InterruptedException {
        // Not by the request's own timeout, which ends with the headers.
        var answer = http.sendAsync(request, body);
        try {
            return answer.get(Math.max(0, within.toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("no whole answer within " + within);
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } finally {
            answer.cancel(true);
        }
    }

    /** What the client wraps is not for everybody to unwrap. */
    private static IOException failure(Throwable cause) {
        if (cause.getCause() instanceof AnswerTooLargeException tooLarge) {
            return tooLarge;
        }
        return cause instanceof IOException failure ? failure : new IOException(cause);
    }

    /** Waits for nobody: calls under way fail. */
    @Override
    public void close() {
        http.shutdownNow();
    }
}
