package org.coexhub.platform.http;

import jakarta.servlet.http.HttpServletResponse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * An answer that is given before anybody looks at a request's content, as {@code application/problem+json} (RFC 9457).
 *
 * @param detail what is wrong and what would help; plain words without quotes
 * @param retryAfter seconds after which the same request may do; 0: it will not
 */
public record Refusal(int status, String title, String detail, int retryAfter) {

    public static final Refusal BROKEN_OFF =
            new Refusal(400, "Body broke off", "the body ended before its announced length", 0);

    public static final Refusal TOO_SLOW =
            new Refusal(
                    408,
                    "Body too slow",
                    "a body has to come within 5 seconds and as long as 64 KB a second take, at"
                            + " most 30 seconds",
                    1);

    /** For the request that held most for longest while unverified ones took too much memory. */
    public static final Refusal CUT =
            new Refusal(
                    503,
                    "Too much at once",
                    "too many bodies are on their way; send the request again",
                    1);

    public static final Refusal NO_THREAD =
            new Refusal(
                    503,
                    "Too many requests at once",
                    "as many requests as may be served at once are; send the request again",
                    1);

    public static Refusal tooLarge(int most) {
        return new Refusal(
                413, "Body too large", "at most " + most / 1024 + " KiB are taken here", 0);
    }

    public void write(HttpServletResponse response) throws IOException {
        byte[] body =
                ("{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}")
                        .formatted(title, status, detail)
                        .getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        if (retryAfter > 0) {
            response.setHeader("Retry-After", Integer.toString(retryAfter));
        }
        response.setContentType("application/problem+json");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
