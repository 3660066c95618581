package org.coexhub.sandbox.meta.graph;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;

import org.coexhub.sandbox.meta.account.GraphException;
import org.coexhub.sandbox.meta.account.GraphFault;
import org.coexhub.sandbox.meta.account.SimulatedAccount;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** The HTTP side of Graph: versions, tokens, faults on the line, errors in Meta's shape. What a call means is {@link GraphCalls}'. */
public final class GraphEndpoint implements HttpHandler {
    private static final int LARGEST_BODY = 110 * 1024 * 1024;

    /** One call as the rest sees it. {@code path} has no version. */
    record Call(
            String method,
            String[] path,
            Map<String, String> query,
            String contentType,
            byte[] body) {
        boolean is(String wantedMethod, int segments) {
            return method.equals(wantedMethod) && path.length == segments;
        }
    }

    private final ObjectMapper json = new ObjectMapper();
    private final SimulatedAccount account;
    private final GraphCalls calls;
    private final Supplier<GraphFault> faults;
    private final Supplier<Duration> slowness;

    public GraphEndpoint(
            SimulatedAccount account,
            GraphCalls calls,
            Supplier<GraphFault> faults,
            Supplier<Duration> slowness) {
        this.account = account;
        this.calls = calls;
        this.faults = faults;
        this.slowness = slowness;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Call call = read(exchange);
            boolean send =
                    call.method().equals("POST")
                            && call.path()[call.path().length - 1].equals("messages");
            GraphFault fault = send ? faults.get() : GraphFault.NONE;
            if (fault == GraphFault.CUT_BEFORE_ACCEPT) {
                return; // closing the exchange without an answer resets the connection
            }
            GraphCalls.Answer answer = answer(exchange, call, fault);
            if (fault == GraphFault.CUT_AFTER_ACCEPT || fault == GraphFault.UNPLUGGED) {
                return;
            }
            exchange.getResponseHeaders().set("Content-Type", answer.contentType());
            exchange.sendResponseHeaders(
                    answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        }
    }

    private GraphCalls.Answer answer(HttpExchange exchange, Call call, GraphFault fault)
            throws IOException {
        try {
            authorize(exchange, call);
            if (fault == GraphFault.ERROR_BEFORE_ACCEPT) {
                throw GraphException.unavailable();
            }
            GraphCalls.Answer answer = calls.handle(call);
            if (fault == GraphFault.ERROR_AFTER_ACCEPT) {
                throw GraphException.somethingWrong();
            }
            if (fault == GraphFault.SLOW) {
                LockSupport.parkNanos(slowness.get().toNanos());
            }
            return answer;
        } catch (GraphException refused) {
            return GraphCalls.Answer.json(
                    refused.httpStatus(), json.writeValueAsBytes(refused.toJson()));
        } catch (JsonProcessingException e) {
            GraphException refused = GraphException.badRequest("The body is not valid JSON");
            return GraphCalls.Answer.json(
                    refused.httpStatus(), json.writeValueAsBytes(refused.toJson()));
        }
    }

    private void authorize(HttpExchange exchange, Call call) {
        String header = exchange.getRequestHeaders().getFirst("Authorization");
        String token =
                header == null
                        ? call.query().get("access_token")
                        : header.replaceFirst("(?i)^(bearer|oauth) ", "");
        if (token == null) {
            throw GraphException.missingToken();
        }
        boolean appToken = token.equals(account.appId() + "|" + account.appSecret());
        if (!token.equals(account.accessToken()) && !appToken) {
            throw GraphException.badToken();
        }
    }

    private static Call read(HttpExchange exchange) throws IOException {
        String raw = exchange.getRequestURI().getRawPath().replaceFirst("^/v\\d+\\.\\d+(?=/)", "");
        String[] path =
                Arrays.stream(raw.split("/"))
                        .filter(part -> !part.isEmpty())
                        .map(GraphEndpoint::decoded)
                        .toArray(String[]::new);
        byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY);
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        return new Call(
                exchange.getRequestMethod(),
                path.length == 0 ? new String[] {""} : path,
                query(exchange.getRequestURI().getRawQuery()),
                type == null ? "" : type,
                body);
    }

    private static Map<String, String> query(String raw) {
        Map<String, String> query = new HashMap<>();
        for (String pair : raw == null ? new String[0] : raw.split("&")) {
            String[] nameAndValue = pair.split("=", 2);
            query.put(
                    decoded(nameAndValue[0]),
                    nameAndValue.length < 2 ? "" : decoded(nameAndValue[1]));
        }
        return query;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    static JsonNode tree(ObjectMapper json, byte[] body) throws IOException {
        JsonNode tree = json.readTree(body);
        if (!tree.isObject()) {
            throw GraphException.badRequest("The body has to be a JSON object");
        }
        return tree;
    }
}
