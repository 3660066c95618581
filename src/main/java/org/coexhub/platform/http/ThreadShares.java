package org.coexhub.platform.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.util.concurrent.Semaphore;

/**
 * Limits how many of the container's threads the API may take at once, and how many everything else (pages, files,
 * unknown paths). What is left over is for those that need a thread only while they compute: webhooks, and bodies on
 * their way in. So whoever waits for a slow store or a slow reader takes no other's thread. Past its share a request is
 * answered 503 at once, instead of waiting in a queue that nobody sees.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
class ThreadShares extends HttpFilter {

    private static final String API = "/api/v1/";

    private final transient Semaphore api;
    private final transient Semaphore others;

    ThreadShares(@Value("${server.tomcat.threads.max:128}") int threads) {
        api = new Semaphore(Math.max(1, threads * 5 / 8));
        others = new Semaphore(Math.max(1, threads / 8));
    }

    @Override
    protected void doFilter(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Semaphore share = request.getRequestURI().startsWith(API) ? api : others;
        if (!share.tryAcquire()) {
            Refusal.NO_THREAD.write(response);
            return;
        }
        try {
            chain.doFilter(request, response);
        } finally {
            share.release();
        }
    }
}
