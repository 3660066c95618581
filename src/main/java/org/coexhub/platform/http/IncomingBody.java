package org.coexhub.platform.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * A request's body on its way in, which no thread waits for.
 *
 * <p><b>The usual case.</b> The body came in the same packet as the head. It is taken from the container's buffer, and
 * the reader is called at once.
 *
 * <p><b>Otherwise</b> the container calls when bytes are there (the Servlet API's non-blocking reads). What is here is
 * accounted for in {@link UnverifiedBytes}, and {@link BodyPace} says how long the rest may take. Whoever is cut or too
 * slow is answered, and the connection closed.
 *
 * <p><b>Races.</b> Everything but {@link #cut} happens on a thread of the container, and of those one at a time. So a cut
 * only drops the memory and sets the clock to "now": the container then calls, and the answer is written there. State is
 * changed under the lock, because the container uses its context for the next request of the connection.
 */
public final class IncomingBody implements ReadListener, AsyncListener {

    /** Whatever a route waits for has an end of its own, much earlier; this is for what nobody thought of. */
    private static final Duration LONGEST_ANSWER = Duration.ofMinutes(1);

    private static final long NOW = 1;

    private enum State {
        RECEIVING,
        CUT,
        RECEIVED,
        REFUSED
    }

    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final ServletInputStream in;
    private final long length;
    private final int most;
    private final BodyReader reader;
    private final long begin = System.nanoTime();
    private BodyChunks chunks = new BodyChunks();
    private AsyncContext context;
    private UnverifiedBytes.Holding holding;
    private UnreadBody rest;
    private State state = State.RECEIVING;

    private IncomingBody(
            HttpServletRequest request, HttpServletResponse response, int most, BodyReader reader)
            throws IOException {
        this.request = request;
        this.response = response;
        this.in = request.getInputStream();
        this.length = request.getContentLengthLong();
        this.most = most;
        this.reader = reader;
    }

    /** Makes the request asynchronous and receives its body. */
    public static void receive(
            HttpServletRequest request,
            HttpServletResponse response,
            int most,
            UnverifiedBytes unverified,
            BodyReader reader)
            throws IOException {
        new IncomingBody(request, response, most, reader).receive(unverified);
    }

    private void receive(UnverifiedBytes unverified) throws IOException {
        boolean here = takeWhatCameWithTheHead();
        context = request.startAsync(request, response);
        context.addListener(this);
        if (here) {
            deliver();
        } else {
            context.setTimeout(BodyPace.millisFor(0));
            int taken = chunks.received();
            // May cut this one at once, so its chunks are not looked at after it.
            holding = unverified.begin(this::cut);
            holding.take(taken);
            in.setReadListener(this);
        }
    }

    /** Of a chunked body nothing: reading it now could wait. */
    private boolean takeWhatCameWithTheHead() throws IOException {
        if (length < 0) {
            return in.isFinished();
        }
        while (chunks.received() < length && in.available() > 0) {
            int needed = chunks.needed(length - chunks.received());
            if (needed > 0) {
                chunks.grow(needed);
            }
            chunks.read(in);
        }
        return chunks.received() == length;
    }

    @Override
    public void onDataAvailable() throws IOException {
        if (rest != null) {
            rest.onDataAvailable();
            return;
        }
        BodyChunks here = chunks();
        while (here != null && in.isReady()) {
            int needed = here.needed(awaited(here));
            if (needed > 0) {
                here.grow(needed);
                holding.take(needed);
            }
            if (here.read(in) < 0 || here.received() > most) {
                break;
            }
            here = chunks();
        }
        if (here == null) {
            refuse(Refusal.CUT);
        } else if (here.received() > most) {
            refuseAndDropTheRest(Refusal.tooLarge(most));
        } else if (!in.isFinished()) {
            goOnOrEnd(BodyPace.millisFor(here.received()));
        }
    }

    private void goOnOrEnd(long millis) {
        if (System.nanoTime() - begin > Duration.ofMillis(millis).toNanos()) {
            refuse(Refusal.TOO_SLOW);
        } else {
            setTimeout(millis);
        }
    }

    @Override
    public void onAllDataRead() {
        if (rest != null) {
            rest.onAllDataRead();
        } else if (state() == State.RECEIVING) {
            deliver();
        }
    }

    private void deliver() {
        byte[] body;
        synchronized (this) {
            if (state != State.RECEIVING) {
                return;
            }
            state = State.RECEIVED;
            body = chunks.joined();
            chunks = null;
            context.setTimeout(BodyPace.LONGEST.plus(LONGEST_ANSWER).toMillis());
        }
        reader.received(body, context, this::letGo);
    }

    private void letGo() {
        if (holding != null) {
            holding.end();
        }
    }

    /** From any thread. */
    private synchronized void cut() {
        if (state == State.RECEIVING) {
            state = State.CUT;
            chunks = null;
            context.setTimeout(NOW);
        }
    }

    private synchronized void setTimeout(long millis) {
        if (state == State.RECEIVING) {
            context.setTimeout(millis);
        }
    }

    private synchronized BodyChunks chunks() {
        return chunks;
    }

    private synchronized State state() {
        return state;
    }

    private long awaited(BodyChunks here) {
        return (length < 0 ? most + 1L : length) - here.received();
    }

    private void refuse(Refusal refusal) {
        if (answer(refusal)) {
            UnreadBody.hangUpAfter(request);
            context.complete();
        }
    }

    private void refuseAndDropTheRest(Refusal refusal) throws IOException {
        if (answer(refusal)) {
            context.setTimeout(BodyPace.LONGEST.plus(UnreadBody.LONGEST).toMillis());
            rest = UnreadBody.goingOn(request, context);
            rest.onDataAvailable();
        }
    }

    /** @return false where it is answered already */
    private boolean answer(Refusal refusal) {
        synchronized (this) {
            if (state == State.RECEIVED || state == State.REFUSED) {
                return false;
            }
            state = State.REFUSED;
            chunks = null;
        }
        letGo();
        response.setHeader("Connection", "close");
        reader.refused(refusal);
        try {
            response.flushBuffer();
        } catch (IOException gone) {
            // Nobody left to be told
        }
        return true;
    }

    /** The caller went away, or nothing came for as long as the container waits; it closes the connection after this. */
    @Override
    public void onError(Throwable fault) {
        if (rest == null) {
            answer(fault instanceof SocketTimeoutException ? Refusal.TOO_SLOW : Refusal.BROKEN_OFF);
        }
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        if (rest != null) {
            rest.onTimeout(event);
            return;
        }
        switch (state()) {
            case RECEIVING -> refuse(Refusal.TOO_SLOW);
            case CUT -> refuse(Refusal.CUT);
            case RECEIVED -> {
                reader.forgotten();
                context.complete();
            }
            case REFUSED -> context.complete();
        }
    }

    /** The container finds a caller gone: nobody is left to see its error page. */
    @Override
    public void onError(AsyncEvent event) {
        letGo();
        event.getAsyncContext().complete();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        letGo();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // Once only
    }
}
