package org.coexhub.sandbox.salesforce.rest;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;

import org.coexhub.sandbox.salesforce.org.Call;
import org.coexhub.sandbox.salesforce.org.Faults;
import org.coexhub.sandbox.salesforce.org.OrgAllocation;
import org.coexhub.sandbox.salesforce.org.Sessions;
import org.coexhub.sandbox.salesforce.org.SimulatedOrg;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The HTTP port of the org: faults on the line, sessions, the daily allocation, and the log of calls. */
public final class RestEndpoint implements HttpHandler {
    private final Sessions sessions;
    private final OrgAllocation usage;
    private final Faults faults;
    private final InstantSource clock;
    private final Consumer<Call> log;
    private final OAuthCalls oauth;
    private final DataCalls data;

    public RestEndpoint(
            SimulatedOrg org,
            Credentials credentials,
            Sessions sessions,
            OrgAllocation usage,
            Faults faults,
            InstantSource clock,
            Supplier<String> baseUrl,
            Consumer<Call> log) {
        this.sessions = sessions;
        this.usage = usage;
        this.faults = faults;
        this.clock = clock;
        this.log = log;
        oauth = new OAuthCalls(credentials, sessions, clock, baseUrl);
        data = new DataCalls(org, faults, usage, clock);
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Instant at = clock.instant();
            RestCall call = RestCall.read(exchange);
            if (faults.isCut()) {
                log.accept(new Call(at, call.method(), call.url(), 0, 0, false));
                return; // closing the exchange without an answer cuts the connection
            }
            RestAnswer answer = answer(call);
            boolean lost =
                    call.writes()
                            && call.segment(1).equals("data")
                            && answer.status() < 300
                            && faults.takeLostAnswer();
            log.accept(
                    new Call(
                            at,
                            call.method(),
                            call.url(),
                            answer.status(),
                            answer.records(),
                            !lost));
            LockSupport.parkNanos(faults.slowness().toNanos());
            if (!lost) {
                send(exchange, answer);
            }
        }
    }

    private RestAnswer answer(RestCall call) {
        try {
            if (faults.isUnavailable()) {
                throw new RestException(
                        503, "SERVER_UNAVAILABLE", "Server is too busy; please try again later");
            }
            if (call.segment(0).equals("services") && call.segment(1).equals("oauth2")) {
                return oauth.handle(call);
            }
            if (call.segment(0).equals("id")) {
                return oauth.identity(call);
            }
            if (!call.segment(0).equals("services") || !call.segment(1).equals("data")) {
                throw RestException.notFound();
            }
            if (call.is("GET", 2)) {
                return DataCalls.versions();
            }
            return ofSession(call);
        } catch (RestException refused) {
            return refused.answer();
        }
    }

    private RestAnswer ofSession(RestCall call) {
        if (!sessions.use(token(call))) {
            return new RestException(401, "INVALID_SESSION_ID", "Session expired or invalid")
                    .answer()
                    .with("WWW-Authenticate", "Token");
        }
        if (faults.isLimitReached() || !usage.take()) {
            throw new RestException(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.");
        }
        return data.answer(call);
    }

    static String token(RestCall call) {
        String header = call.headers().get("Authorization");
        return header == null ? null : header.replaceFirst("(?i)^(bearer|oauth) ", "");
    }

    private void send(HttpExchange exchange, RestAnswer answer) throws IOException {
        var headers = exchange.getResponseHeaders();
        if (answer.json() != null) {
            headers.set("Content-Type", "application/json;charset=UTF-8");
        }
        headers.set("Sforce-Limit-Info", "api-usage=" + usage.used() + "/" + usage.max());
        answer.headers().forEach(headers::set);
        byte[] body = answer.body();
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }
}
