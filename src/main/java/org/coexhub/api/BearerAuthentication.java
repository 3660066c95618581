package org.coexhub.api;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.coexhub.HubSettings;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** Lets only the bearer of the API token to {@code /api/v1}. */
@Component
class BearerAuthentication extends OncePerRequestFilter {

    private static final String SCHEME = "Bearer ";

    private final byte[] token;

    BearerAuthentication(HubSettings settings) {
        this.token = settings.apiToken().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        // The path as the container decoded and tidied it, for so the controllers are found too:
        // the URI as it was sent
        // may spell the same place otherwise, /%61pi/v1 or /api;x/v1.
        return !request.getServletPath().startsWith("/api/v1/");
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String header = request.getHeader("Authorization");
        if (header != null
                && header.startsWith(SCHEME)
                && matches(header.substring(SCHEME.length()))) {
            chain.doFilter(request, response);
            return;
        }
        response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
        response.setHeader("WWW-Authenticate", "Bearer");
        response.setContentType("application/problem+json");
        response.getWriter()
                .write(
                        "{\"type\":\"about:blank\",\"title\":\"Not"
                                + " authenticated\",\"status\":401,\"detail\":\"send Authorization:"
                                + " Bearer with the value of HUB_API_TOKEN\"}");
    }

    private boolean matches(String given) {
        return token.length > 0
                && MessageDigest.isEqual(token, given.getBytes(StandardCharsets.UTF_8));
    }
}
