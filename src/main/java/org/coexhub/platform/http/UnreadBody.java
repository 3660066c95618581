package org.coexhub.platform.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.http.HttpServletRequest;

import org.apache.coyote.ActionCode;
import org.apache.coyote.Request;
import org.apache.tomcat.util.net.ApplicationBufferHandler;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Drops the rest of a body after an answer that did not need it. It is read and dropped while it keeps coming, without
 * a thread that waits for it, so that its sender sees the answer and not a reset. Past {@value #MOST_BYTES} bytes or
 * five seconds the hub hangs up. The container by itself would hold a thread for it, for as long as a caller likes.
 */
final class UnreadBody implements ReadListener, AsyncListener, ApplicationBufferHandler {

    static final Duration LONGEST = Duration.ofSeconds(5);

    private static final long MOST_BYTES = 32L * 1024 * 1024;

    private final Request request;
    private final AsyncContext context;
    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private long dropped;
    private boolean ended;

    private UnreadBody(Request request, AsyncContext context) {
        this.request = request;
        this.context = context;
    }

    /** Begins to drop what still comes; the request is answered, and not asynchronous yet. */
    static void drop(HttpServletRequest request) {
        AsyncContext context = request.startAsync();
        context.setTimeout(LONGEST.toMillis());
        var rest = new UnreadBody(coyote(request), context);
        context.addListener(rest);
        rest.request.setReadListener(rest);
    }

    /** The same where another listens already; it passes on what it hears from now on. */
    static UnreadBody goingOn(HttpServletRequest request, AsyncContext context) {
        return new UnreadBody(coyote(request), context);
    }

    /** The connection ends with this request, and nobody waits for what its caller still owes. */
    static void hangUpAfter(HttpServletRequest request) {
        hangUpAfter(coyote(request));
    }

    private static void hangUpAfter(Request request) {
        request.action(ActionCode.DISABLE_SWALLOW_INPUT, null);
        // Else the container would ask for its error page, to an answer that has been given.
        request.getResponse().setErrorReported();
    }

    private static Request coyote(HttpServletRequest request) {
        return (Request) request.getAttribute(UnreadBodyValve.COYOTE_REQUEST);
    }

    @Override
    public void onDataAvailable() throws IOException {
        while (!request.isFinished() && request.isReady()) {
            int count = request.doRead(this);
            if (count < 0) {
                return;
            }
            dropped += count;
            if (dropped > MOST_BYTES) {
                hangUpAfter(request);
                end();
                return;
            }
        }
    }

    @Override
    public void onAllDataRead() {
        end();
    }

    /** The container closes the connection. */
    @Override
    public void onError(Throwable gone) {
        // Told to the listener of the context as well, which ends it
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        hangUpAfter(request);
        end();
    }

    @Override
    public void onError(AsyncEvent event) {
        end();
    }

    private void end() {
        if (!ended) {
            ended = true;
            context.complete();
        }
    }

    @Override
    public void onComplete(AsyncEvent event) {
        // The usual end
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // Once only
    }

    @Override
    public void setByteBuffer(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    @Override
    public ByteBuffer getByteBuffer() {
        return buffer;
    }

    @Override
    public void expand(int size) {
        // Nothing is kept
    }
}
