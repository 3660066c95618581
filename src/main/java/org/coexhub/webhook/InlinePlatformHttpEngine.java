package org.coexhub.webhook;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpConsumer;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Serves {@code platform-http:} routes on the container's own thread, up to where a route waits.
 *
 * <p>The stock engine hands each request to another pool and answers asynchronously. With Spring 6.2.18 and later the
 * answer can then be written before Spring has entered asynchronous mode, and the pool's unbounded queue hides overload.
 * It also decodes and re-encodes the body, which breaks signatures, and maps every header and query parameter to a
 * message header. Here: no pool, asynchronous mode entered before the route begins, the body as the bytes that came, at
 * most {@value #MOST_BYTES} of them, and only the headers and parameters that the endpoint's
 * {@code headerFilterStrategy} lets in.
 */
final class InlinePlatformHttpEngine implements PlatformHttpEngine {

    /** Meta sends up to 3 MB. */
    static final int MOST_BYTES = 4 * 1024 * 1024;

    /** Before the name of a parameter in the address of a POST; of a GET they stand under their own names. */
    static final String PARAMETER = "query.";

    /** Whatever a route waits for has an end of its own, much earlier; this is for what nobody thought of. */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(InlinePlatformHttpEngine.class);

    private final int port;
    private final Answered answered;
    private final Map<String, InlineConsumer> consumers = new ConcurrentHashMap<>();

    InlinePlatformHttpEngine(int port, Answered answered) {
        this.port = port;
        this.answered = answered;
    }

    /** Counts answers by path and status. */
    @FunctionalInterface
    interface Answered {
        void increment(String path, int status);
    }

    @Override
    public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
        return new InlineConsumer(endpoint, processor);
    }

    /** The running route that serves this path, or null. */
    InlineConsumer consumerOf(String path) {
        return consumers.get(path);
    }

    @Override
    public int getServerPort() {
        return port;
    }

    /** Extends the stock consumer because Spring's mapping calls {@code service} on exactly that class. */
    final class InlineConsumer extends SpringBootPlatformHttpConsumer {

        InlineConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
            super(endpoint, processor, Runnable::run);
        }

        /** Other methods than the route takes get Spring's 405. */
        boolean serves(String method) {
            String restrict = getEndpoint().getHttpMethodRestrict();
            return restrict == null || List.of(restrict.split(",")).contains(method);
        }

        @Override
        protected void doStart() throws Exception {
            super.doStart();
            consumers.put(getEndpoint().getPath(), this);
        }

        @Override
        protected void doStop() throws Exception {
            consumers.remove(getEndpoint().getPath(), this);
            super.doStop();
        }

        /** By way of Spring MVC: returns null, which Spring takes as "already answered". */
        @Override
        public CompletableFuture<Void> service(
                HttpServletRequest request, HttpServletResponse response) {
            Exchange exchange = begin(request, response);
            if (exchange != null) {
                try {
                    getProcessor().process(exchange);
                } catch (Exception e) {
                    exchange.setException(e);
                }
                end(exchange, response);
            }
            return null;
        }

        /**
         * Past Spring MVC: where the route waits, for the disk, the container's thread does not. Whoever goes on with
         * the route then writes the answer.
         */
        void serve(HttpServletRequest request, HttpServletResponse response) {
            Exchange exchange = begin(request, response);
            if (exchange != null) {
                // Stands until the route's own is written: whatever goes wrong, it does not become
                // 200.
                response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
                AsyncContext context = request.startAsync(request, response);
                context.setTimeout(LONGEST.toMillis());
                context.addListener(new NoErrorPage());
                getAsyncProcessor()
                        .process(
                                exchange,
                                onThisThread -> {
                                    end(exchange, response);
                                    complete(context, response);
                                });
            }
        }

        /** @return null when the request is answered already */
        private Exchange begin(HttpServletRequest request, HttpServletResponse response) {
            if (isSuspended() || !isRunAllowed()) {
                refuse(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE);
                return null;
            }
            byte[] body;
            try {
                body = read(request);
            } catch (IOException gone) {
                noteGone(gone);
                refuse(response, HttpServletResponse.SC_BAD_REQUEST);
                return null;
            }
            if (body == null) {
                refuse(response, HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE);
                return null;
            }
            Exchange exchange = createExchange(false);
            exchange.setPattern(ExchangePattern.InOut);
            try {
                fill(exchange, request, body);
            } catch (RuntimeException e) {
                LOG.error("Request for {} not understood", getEndpoint().getPath(), e);
                releaseExchange(exchange, false);
                refuse(response, HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
                return null;
            }
            return exchange;
        }

        private void refuse(HttpServletResponse response, int status) {
            response.setStatus(status);
            answered.increment(getEndpoint().getPath(), status);
        }

        private void end(Exchange exchange, HttpServletResponse response) {
            try {
                write(exchange, response);
                answered.increment(getEndpoint().getPath(), response.getStatus());
            } catch (IOException | IllegalStateException gone) {
                noteGone(gone);
            } catch (RuntimeException e) {
                LOG.error("Answer of {} failed", getEndpoint().getPath(), e);
                fail(response);
            } finally {
                releaseExchange(exchange, false);
            }
        }

        /** Nothing of the answer has left yet, else it is too late. */
        private void fail(HttpServletResponse response) {
            if (!response.isCommitted()) {
                response.reset();
                refuse(response, HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
                response.setContentLength(0);
            }
        }

        private void noteGone(Exception gone) {
            LOG.debug("Caller of {} went away: {}", getEndpoint().getPath(), gone.getMessage());
        }

        /** The answer leaves at once, from whichever thread; the container only tidies up after it. */
        private void complete(AsyncContext context, HttpServletResponse response) {
            try {
                response.flushBuffer();
                context.complete();
            } catch (IOException | IllegalStateException gone) {
                noteGone(gone);
            }
        }

        private static byte[] read(HttpServletRequest request) throws IOException {
            if (request.getContentLengthLong() > MOST_BYTES) {
                return null;
            }
            try (InputStream in = request.getInputStream()) {
                byte[] body = in.readNBytes(MOST_BYTES + 1);
                return body.length > MOST_BYTES ? null : body;
            }
        }

        private void fill(Exchange exchange, HttpServletRequest request, byte[] body) {
            var message = exchange.getMessage();
            message.setBody(body);
            message.setHeader(Exchange.HTTP_METHOD, request.getMethod());
            HeaderFilterStrategy filter = getEndpoint().getHeaderFilterStrategy();
            request.getHeaderNames()
                    .asIterator()
                    .forEachRemaining(
                            name -> {
                                String value = request.getHeader(name);
                                if (!filter.applyFilterToExternalHeaders(name, value, exchange)) {
                                    message.setHeader(name, value);
                                }
                            });
            if (request.getQueryString() != null) {
                parameters(message, exchange, request, filter);
            }
            if (!filter.applyFilterToExternalHeaders(Exchange.HTTP_RAW_QUERY, "", exchange)) {
                // Last and in any case, so that nothing of a caller's takes its place.
                message.setHeader(Exchange.HTTP_RAW_QUERY, request.getQueryString());
            }
        }

        /** The body is read, so these are the address's. Beside a body none may stand in for a header. */
        private static void parameters(
                Message message,
                Exchange exchange,
                HttpServletRequest request,
                HeaderFilterStrategy filter) {
            String prefix = "GET".equals(request.getMethod()) ? "" : PARAMETER;
            request.getParameterMap()
                    .forEach(
                            (name, values) -> {
                                String header = prefix + name;
                                if (!filter.applyFilterToExternalHeaders(
                                        header, values[0], exchange)) {
                                    message.setHeader(header, values[0]);
                                }
                            });
        }

        private void write(Exchange exchange, HttpServletResponse response) throws IOException {
            if (exchange.getException() != null) {
                LOG.error("Route of {} failed", getEndpoint().getPath(), exchange.getException());
                response.setStatus(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
                response.setContentLength(0);
                return;
            }
            var message = exchange.getMessage();
            response.setStatus(message.getHeader(Exchange.HTTP_RESPONSE_CODE, 200, Integer.class));
            Object body = message.getBody();
            if (body == null) {
                response.setContentLength(0);
            } else {
                byte[] bytes =
                        body instanceof byte[] b
                                ? b
                                : body.toString().getBytes(StandardCharsets.UTF_8);
                response.setContentType(
                        message.getHeader(
                                Exchange.CONTENT_TYPE, "text/plain;charset=UTF-8", String.class));
                response.setContentLength(bytes.length);
                response.getOutputStream().write(bytes);
            }
        }
    }

    /** The container finds a caller gone while the answer is written: nobody is left to see its error page. */
    private static final class NoErrorPage implements AsyncListener {

        @Override
        public void onError(AsyncEvent event) {
            event.getAsyncContext().complete();
        }

        @Override
        public void onComplete(AsyncEvent event) {
            // The usual end
        }

        /** Nobody went on with the route, so nothing is promised. */
        @Override
        public void onTimeout(AsyncEvent event) {
            LOG.error("A request was not answered within {}", LONGEST);
            event.getAsyncContext().complete();
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            // Once only
        }
    }
}
