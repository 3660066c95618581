package org.coexhub.platform.http;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;

import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

import java.io.IOException;

/**
 * Stands around everything that answers, whatever the path: where an answer is given and its request's body was not read
 * to the end, the rest is dropped without a thread.
 */
final class UnreadBodyValve extends ValveBase {

    static final String COYOTE_REQUEST = "org.coexhub.platform.http.coyote-request";

    UnreadBodyValve() {
        super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        request.setAttribute(COYOTE_REQUEST, request.getCoyoteRequest());
        getNext().invoke(request, response);
        if (!request.isAsync() && !request.isFinished() && !isEnding(request)) {
            response.finishResponse();
            drop(request);
        }
    }

    /** The container found the caller gone, or at fault, and reads no more of it anyway. */
    private static boolean isEnding(Request request) {
        return request.getCoyoteRequest().isExceptionPresent() || request.getContext() == null;
    }

    private static void drop(Request request) {
        // Told already; it would end the request before its rest is dropped.
        request.removeAttribute(RequestDispatcher.ERROR_EXCEPTION);
        request.setAsyncSupported(true);
        UnreadBody.drop(request.getRequest());
    }
}
