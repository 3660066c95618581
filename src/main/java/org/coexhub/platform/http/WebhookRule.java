package org.coexhub.platform.http;

import jakarta.servlet.http.HttpServletRequest;

import java.util.function.Predicate;

/**
 * The conditions that a path below {@code /webhooks/} sets for a request before its body is read. A bean for each path;
 * a path without one takes up to {@value #MOST_BYTES} bytes from everybody.
 *
 * @param path the path of a {@code platform-http} route
 * @param mostBytes largest body; more is 413 before it is read
 * @param worthReading false where the route will refuse the request whatever its body says: it lacks the signature, or
 *     names a wrong key. The route is then asked with an empty body, so that all its answers stand in one place
 * @param waits whether the route may wait for a store or a broker on its thread; it then runs on a thread of its own kind
 */
public record WebhookRule(
        String path, int mostBytes, Predicate<HttpServletRequest> worthReading, boolean waits) {

    /** Meta sends up to 3 MB. */
    public static final int MOST_BYTES = 4 * 1024 * 1024;

    /** A path whose route may wait. */
    public WebhookRule(String path, int mostBytes, Predicate<HttpServletRequest> worthReading) {
        this(path, mostBytes, worthReading, true);
    }

    static WebhookRule ofOther(String path) {
        return new WebhookRule(path, MOST_BYTES, request -> true, true);
    }
}
