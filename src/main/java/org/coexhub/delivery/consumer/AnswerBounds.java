package org.coexhub.delivery.consumer;

import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;
import org.coexhub.platform.http.AnswerTooLargeException;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The end of answers that come by Apache's HTTP client: by their size, unpacked, and by the time from the request to the
 * last byte. The client itself measures the silence between two bytes only, and Camel keeps what comes in memory.
 *
 * <p>The connection is closed from outside, because the thread that reads may be waiting for a byte. Whoever closes the
 * stream of a connection that stands reads it to its end first.
 */
final class AnswerBounds implements ExecChainHandler {

    private static final int REFUSED = 300;
    private static final int LEFTOVER_BYTES = 16 * 1024;

    private final int mostBytes;
    private final Duration longest;
    private final ScheduledThreadPoolExecutor clock =
            new ScheduledThreadPoolExecutor(
                    1, Thread.ofPlatform().daemon().name("http-steps-", 0).factory());

    AnswerBounds(int mostBytes, Duration longest) {
        this.mostBytes = mostBytes;
        this.longest = longest;
        clock.setRemoveOnCancelPolicy(true);
        clock.setKeepAliveTime(10, TimeUnit.SECONDS);
        clock.allowCoreThreadTimeOut(true);
    }

    int underWay() {
        return clock.getQueue().size();
    }

    @Override
    public ClassicHttpResponse execute(
            ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        var end = new End((Cancellable) scope.originalRequest);
        try {
            ClassicHttpResponse response = chain.proceed(request, scope);
            HttpEntity entity = response.getEntity();
            if (entity == null) {
                end.reached();
            } else {
                // Unpacked already, or by nobody: Camel would do it behind the bound.
                response.removeHeaders(HttpHeaders.CONTENT_ENCODING);
                response.setEntity(new BoundedEntity(entity, end, response.getCode() >= REFUSED));
            }
            return response;
        } catch (IOException e) {
            end.reached();
            throw end.reasonOf(e);
        } catch (HttpException | RuntimeException | Error e) {
            end.reached();
            throw e;
        }
    }

    /** The time one answer has. */
    private final class End {

        private final Cancellable connection;
        private final Future<?> timer;
        private volatile boolean tooLate;

        End(Cancellable connection) {
            this.connection = connection;
            this.timer = clock.schedule(this::comes, longest.toNanos(), TimeUnit.NANOSECONDS);
        }

        private void comes() {
            tooLate = true;
            connection.cancel();
        }

        void reached() {
            timer.cancel(false);
        }

        void breakOff() {
            reached();
            connection.cancel();
        }

        /** Of a connection that was closed meanwhile no more is told than that. */
        IOException reasonOf(IOException failure) {
            return tooLate
                    ? new SocketTimeoutException("no whole answer within " + longest)
                    : failure;
        }
    }

    private final class BoundedEntity extends HttpEntityWrapper {

        private final End end;
        private final boolean refusal;
        private InputStream content;

        BoundedEntity(HttpEntity entity, End end, boolean refusal) {
            super(entity);
            this.end = end;
            this.refusal = refusal;
        }

        @Override
        public InputStream getContent() throws IOException {
            if (content == null) {
                content = new BoundedStream(super.getContent(), end, refusal);
            }
            return content;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            try (InputStream in = getContent()) {
                in.transferTo(out);
            }
        }

        @Override
        public void close() throws IOException {
            getContent().close();
            super.close();
        }
    }

    private final class BoundedStream extends InputStream {

        private final InputStream in;
        private final End end;
        private final boolean refusal;
        private long bytes;
        private boolean over;

        /** @param refusal what it says with its status is enough; the rest is left away */
        BoundedStream(InputStream in, End end, boolean refusal) {
            this.in = in;
            this.end = end;
            this.refusal = refusal;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int at, int length) throws IOException {
            if (over) {
                return -1;
            }
            int count;
            try {
                count = in.read(into, at, length);
            } catch (IOException e) {
                over = true;
                end.reached();
                throw end.reasonOf(e);
            }
            if (count < 0) {
                over = true;
                end.reached();
                return count;
            }
            bytes += count;
            if (bytes <= mostBytes) {
                return count;
            }
            over = true;
            end.breakOff();
            if (refusal) {
                return -1;
            }
            throw new AnswerTooLargeException(mostBytes);
        }

        @Override
        public void close() throws IOException {
            // A little that nobody asked for is read, so that the connection can be kept.
            long most = bytes + LEFTOVER_BYTES;
            var leftover = new byte[LEFTOVER_BYTES];
            while (!over && bytes < most) {
                read(leftover, 0, leftover.length);
            }
            if (!over) {
                over = true;
                end.breakOff();
            }
            in.close();
        }
    }
}
