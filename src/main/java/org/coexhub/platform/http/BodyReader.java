package org.coexhub.platform.http;

import jakarta.servlet.AsyncContext;

/**
 * Receives a body, or learns that it does not come. Each request ends in exactly one of these calls, on a thread of the
 * container.
 */
public interface BodyReader {

    /**
     * The body is here.
     *
     * @param context to be completed by whoever writes the answer
     * @param verified to be run when the bytes no longer are those of somebody unknown, or nobody holds them any more
     */
    void received(byte[] body, AsyncContext context, Runnable verified);

    /** The body is not coming, or not any further: writes the answer. */
    void refused(Refusal refusal);

    /** Nobody completed the request in time. */
    void forgotten();
}
