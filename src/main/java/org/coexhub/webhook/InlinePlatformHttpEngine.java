package org.coexhub.webhook;

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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Serves {@code platform-http:} routes on the container's own thread.
 *
 * <p>The stock engine hands each request to another pool and answers asynchronously. With Spring 6.2.18 and later the
 * answer can then be written before Spring has entered asynchronous mode, and the pool's unbounded queue hides overload.
 * It also decodes and re-encodes the body, which breaks signatures, and maps every header and query parameter to a
 * message header. Here: same thread, the body as the bytes that came, at most {@value #MOST_BYTES} of them, and only the
 * headers and parameters that the endpoint's {@code headerFilterStrategy} lets in.
 */
final class InlinePlatformHttpEngine implements PlatformHttpEngine {

    /** Meta sends up to 3 MB. */
    static final int MOST_BYTES = 4 * 1024 * 1024;

    /** Before the name of a parameter in the address of a POST; of a GET they stand under their own names. */
    static final String PARAMETER = "query.";

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

        /** Returns null, which Spring takes as "already answered". */
        @Override
        public CompletableFuture<Void> service(
                HttpServletRequest request, HttpServletResponse response) {
            try {
                if (isSuspended() || !isRunAllowed()) {
                    response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
                } else {
                    answer(request, response);
                }
                answered.increment(getEndpoint().getPath(), response.getStatus());
            } catch (IOException gone) {
                LOG.debug("Caller of {} went away: {}", request.getRequestURI(), gone.getMessage());
            }
            return null;
        }

        private void answer(HttpServletRequest request, HttpServletResponse response)
                throws IOException {
            byte[] body = read(request);
            if (body == null) {
                response.setStatus(HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE);
                return;
            }
            Exchange exchange = createExchange(false);
            try {
                exchange.setPattern(ExchangePattern.InOut);
                fill(exchange, request, body);
                getProcessor().process(exchange);
                write(exchange, response);
            } catch (Exception e) {
                exchange.setException(e);
                write(exchange, response);
            } finally {
                releaseExchange(exchange, false);
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
                return;
            }
            var message = exchange.getMessage();
            response.setStatus(message.getHeader(Exchange.HTTP_RESPONSE_CODE, 200, Integer.class));
            Object body = message.getBody();
            if (body != null) {
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
}
