package org.coexhub.platform.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

import java.io.IOException;

/**
 * Stands before every other filter and leads webhooks straight to their route. What the filters and Spring MVC do for
 * other requests (sessions, forms, charsets, content negotiation) a webhook does not need, and it would cost a third of
 * the time a webhook takes.
 *
 * <p>From the moment the port is open until the routes run it answers 503: "come again", where 404 would say "wrong".
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class WebhookServletFilter extends HttpFilter {

    private static final String WEBHOOKS = "/webhooks/";

    /** Where the filters are asked in any case. */
    private static final String API = "/api/";

    private final transient InlinePlatformHttpEngine engine;
    private volatile boolean open;

    WebhookServletFilter(InlinePlatformHttpEngine engine) {
        this.engine = engine;
    }

    @EventListener(ApplicationReadyEvent.class)
    void open() {
        open = true;
    }

    @Override
    protected void doFilter(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String path = request.getRequestURI();
        if (!open && path.startsWith(WEBHOOKS)) {
            response.setHeader("Retry-After", "5");
            response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
            return;
        }
        var route = path.startsWith(API) ? null : engine.consumerOf(path);
        if (route != null && route.serves(request.getMethod())) {
            route.serve(request, response);
        } else {
            chain.doFilter(request, response);
        }
    }
}
