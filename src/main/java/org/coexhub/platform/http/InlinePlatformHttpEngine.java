package org.coexhub.platform.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Serves {@code platform-http:} routes without a thread that waits, for the caller or for the disk.
 *
 * <p>The stock engine hands each request to another pool and answers asynchronously. With Spring 6.2.18 and later the
 * answer can then be written before Spring has entered asynchronous mode, and the pool's unbounded queue hides overload.
 * It also decodes and re-encodes the body, which breaks signatures, and maps every header and parameter to a
 * message header. Here: asynchronous mode entered before the route begins, the body as the bytes that came, read as they
 * come, as many as the path's {@link WebhookRule} lets in, and only the headers and parameters that the endpoint's
 * {@code headerFilterStrategy} lets in.
 */
public final class InlinePlatformHttpEngine implements PlatformHttpEngine {

    private static final byte[] NOTHING = {};

    private static final Refusal NOT_RUNNING =
            new Refusal(503, "Not running", "this path is not served now; come again", 5);

    private static final Refusal UNREADABLE_QUERY =
            new Refusal(
                    400, "Query not readable", "what follows the question mark is malformed", 0);

    private static final Logger LOG = LoggerFactory.getLogger(InlinePlatformHttpEngine.class);

    private final int port;
    private final UnverifiedBytes unverified;
    private final RouteThreads threads;
    private final Map<String, WebhookRule> rules;
    private final Answered answered;
    private final RefusedCallers refused;
    private final Map<String, InlineConsumer> consumers = new ConcurrentHashMap<>();

    public InlinePlatformHttpEngine(
            int port,
            UnverifiedBytes unverified,
            RouteThreads threads,
            List<WebhookRule> rules,
            Answered answered,
            RefusedCallers refused) {
        this.port = port;
        this.unverified = unverified;
        this.threads = threads;
        this.rules = rules.stream().collect(Collectors.toMap(WebhookRule::path, rule -> rule));
        this.answered = answered;
        this.refused = refused;
    }

    /** Counts answers by path and status. */
    @FunctionalInterface
    public interface Answered {
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

        private final WebhookRule rule;

        InlineConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
            super(endpoint, processor, Runnable::run);
            String path = endpoint.getPath();
            rule = rules.getOrDefault(path, WebhookRule.ofOther(path));
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

        /** By way of Spring MVC: returns null, which Spring takes as "answered by others". */
        @Override
        public CompletableFuture<Void> service(
                HttpServletRequest request, HttpServletResponse response) {
            serve(request, response);
            return null;
        }

        /** Whoever comes last to the route's end writes the answer; the container's thread waits for nobody. */
        void serve(HttpServletRequest request, HttpServletResponse response) {
            if (isSuspended() || !isRunAllowed()) {
                refuse(response, NOT_RUNNING);
                return;
            }
            if (request.getContentLengthLong() > rule.mostBytes()) {
                refuse(response, Refusal.tooLarge(rule.mostBytes()));
                return;
            }
            try {
                // Before any parameter is asked for: the container would look for it in the body.
                request.getInputStream();
                if (!hasReadableQuery(request)) {
                    refuse(response, UNREADABLE_QUERY);
                } else if (rule.worthReading().test(request)) {
                    IncomingBody.receive(
                            request,
                            response,
                            rule.mostBytes(),
                            unverified,
                            new Request(request, response));
                } else {
                    refuseByRoute(request, response);
                }
            } catch (IOException gone) {
                noteGone(gone);
                refuse(response, Refusal.BROKEN_OFF);
            }
        }

        /** The container says by its exception what it could not read in the caller's own words, a key perhaps. */
        private boolean hasReadableQuery(HttpServletRequest request) {
            try {
                return request.getQueryString() == null || request.getParameterMap() != null;
            } catch (IllegalStateException unreadable) {
                refused.note(
                        getEndpoint().getPath(),
                        "query",
                        "the address has a query that is malformed or too long; callers of the hub"
                                + " send none such");
                return false;
            }
        }

        /** The body stays unread: the route's own check of what is missing gives the answer. */
        private void refuseByRoute(HttpServletRequest request, HttpServletResponse response) {
            Exchange exchange = begin(request, response, NOTHING);
            if (exchange != null) {
                process(exchange);
                end(exchange, response);
            }
        }

        /** One request between the last byte of its body and the first of its answer. */
        private final class Request implements BodyReader {

            private final HttpServletRequest request;
            private final HttpServletResponse response;

            private Request(HttpServletRequest request, HttpServletResponse response) {
                this.request = request;
                this.response = response;
            }

            @Override
            public void received(byte[] body, AsyncContext context, Runnable verified) {
                // Stands until the route's own is written: whatever goes wrong, it does not
                // become 200.
                response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
                if (rule.waits()) {
                    boolean runs =
                            threads.run(
                                    () -> {
                                        answer(body, context);
                                        verified.run();
                                    });
                    if (!runs) {
                        refuse(response, Refusal.NO_THREAD);
                        verified.run();
                        complete(context, response);
                    }
                } else {
                    answer(body, context);
                    verified.run();
                }
            }

            private void answer(byte[] body, AsyncContext context) {
                Exchange exchange = begin(request, response, body);
                if (exchange == null) {
                    complete(context, response);
                } else {
                    getAsyncProcessor()
                            .process(
                                    exchange,
                                    onThisThread -> {
                                        end(exchange, response);
                                        complete(context, response);
                                    });
                }
            }

            @Override
            public void refused(Refusal refusal) {
                refuse(response, refusal);
            }

            @Override
            public void forgotten() {
                LOG.error("A request for {} was not answered in time", getEndpoint().getPath());
            }
        }

        /** @return null when the request is answered already */
        private Exchange begin(
                HttpServletRequest request, HttpServletResponse response, byte[] body) {
            Exchange exchange = createExchange(false);
            exchange.setPattern(ExchangePattern.InOut);
            try {
                RequestMessage.fill(
                        exchange, getEndpoint().getHeaderFilterStrategy(), request, body);
                return exchange;
            } catch (RuntimeException e) {
                // By name only: what it says may be the caller's words, and a trace for each fills
                // disks.
                LOG.error(
                        "Request for {} not understood: {}",
                        getEndpoint().getPath(),
                        e.getClass().getSimpleName());
                releaseExchange(exchange, false);
                fail(response);
                return null;
            }
        }

        private void process(Exchange exchange) {
            try {
                getProcessor().process(exchange);
            } catch (Exception e) {
                exchange.setException(e);
            }
        }

        private void refuse(HttpServletResponse response, Refusal refusal) {
            try {
                refusal.write(response);
                answered.increment(getEndpoint().getPath(), refusal.status());
            } catch (IOException | IllegalStateException gone) {
                noteGone(gone);
            }
        }

        private void end(Exchange exchange, HttpServletResponse response) {
            try {
                RequestMessage.answer(exchange, response);
                if (exchange.getException() != null) {
                    LOG.error(
                            "Route of {} failed", getEndpoint().getPath(), exchange.getException());
                }
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
                response.setStatus(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
                response.setContentLength(0);
                answered.increment(
                        getEndpoint().getPath(), HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
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
    }
}
