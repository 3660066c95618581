package org.coexhub.api;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.coexhub.platform.settings.HubSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.Optional;

/** Lets only the bearer of the API token to {@code /api/v1}, and tells a place that tries many others to wait. */
@Component
class BearerAuthentication extends OncePerRequestFilter {

    private static final Logger LOG = LoggerFactory.getLogger(BearerAuthentication.class);
    private static final String SCHEME = "Bearer ";
    private static final int TOO_MANY_REQUESTS = 429;

    private final byte[] token;
    private final WrongTokens wrong;

    BearerAuthentication(HubSettings settings, InstantSource clock) {
        this.wrong = new WrongTokens(clock);
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
        // The right token always passes: strangers behind the same proxy must not lock anybody out.
        Optional<WrongTokens.TooMany> tooMany =
                header == null ? Optional.empty() : wrong.another(request.getRemoteAddr());
        if (tooMany.isPresent()) {
            refuseForAWhile(request, response, tooMany.get());
        } else {
            refuse(response);
        }
    }

    private static void refuse(HttpServletResponse response) throws IOException {
        response.setHeader("WWW-Authenticate", "Bearer");
        problem(
                response,
                HttpServletResponse.SC_UNAUTHORIZED,
                "Not authenticated",
                "send Authorization: Bearer with the value of HUB_API_TOKEN");
    }

    private static void refuseForAWhile(
            HttpServletRequest request, HttpServletResponse response, WrongTokens.TooMany tooMany)
            throws IOException {
        if (tooMany.first()) {
            LOG.warn(
                    "More than {} wrong API tokens within {} s from {}; more of them are answered"
                            + " 429 for {} s. Is HUB_API_TOKEN the one that program has?",
                    WrongTokens.MOST,
                    WrongTokens.WITHIN.toSeconds(),
                    request.getRemoteAddr(),
                    tooMany.pause().toSeconds());
        }
        response.setHeader("Retry-After", Long.toString(Math.max(1, tooMany.pause().toSeconds())));
        problem(
                response,
                TOO_MANY_REQUESTS,
                "Too many wrong tokens",
                "too many wrong tokens came from this address; wait, and send the value of"
                        + " HUB_API_TOKEN");
    }

    private static void problem(
            HttpServletResponse response, int status, String title, String detail)
            throws IOException {
        response.setStatus(status);
        response.setContentType("application/problem+json");
        response.getWriter()
                .write(
                        "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}"
                                .formatted(title, status, detail));
    }

    private boolean matches(String given) {
        return token.length > 0
                && MessageDigest.isEqual(token, given.getBytes(StandardCharsets.UTF_8));
    }
}
