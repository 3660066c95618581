package org.coexhub.platform.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.spi.HeaderFilterStrategy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Converts an HTTP request to the message a route begins with, and the message it ends with to the answer. */
final class RequestMessage {

    private static final String COME_AGAIN_SECONDS = "5";

    /** Before the name of a parameter in the address of a POST; of a GET they stand under their own names. */
    private static final String PARAMETER = "query.";

    private RequestMessage() {}

    /** Takes what the filter lets in. */
    static void fill(
            Exchange exchange,
            HeaderFilterStrategy filter,
            HttpServletRequest request,
            byte[] body) {
        var message = exchange.getMessage();
        message.setBody(body);
        message.setHeader(Exchange.HTTP_METHOD, request.getMethod());
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

    /** The body's stream was asked for, so these are the address's. Beside a body none may stand in for a header. */
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
                            if (!filter.applyFilterToExternalHeaders(header, values[0], exchange)) {
                                message.setHeader(header, values[0]);
                            }
                        });
    }

    static void answer(Exchange exchange, HttpServletResponse response) throws IOException {
        if (exchange.getException() != null) {
            response.setStatus(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
            response.setContentLength(0);
            return;
        }
        var message = exchange.getMessage();
        int status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, 200, Integer.class);
        response.setStatus(status);
        if (status == HttpServletResponse.SC_SERVICE_UNAVAILABLE) {
            response.setHeader("Retry-After", COME_AGAIN_SECONDS);
        }
        Object body = message.getBody();
        if (body == null) {
            response.setContentLength(0);
        } else {
            byte[] bytes =
                    body instanceof byte[] b ? b : body.toString().getBytes(StandardCharsets.UTF_8);
            response.setContentType(
                    message.getHeader(
                            Exchange.CONTENT_TYPE, "text/plain;charset=UTF-8", String.class));
            response.setContentLength(bytes.length);
            response.getOutputStream().write(bytes);
        }
    }
}
