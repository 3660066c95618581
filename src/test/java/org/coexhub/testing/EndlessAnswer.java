package org.coexhub.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A system whose answers to any request begin with 200 and go on for as long as they are read. */
public final class EndlessAnswer implements AutoCloseable {

    private static final int CHUNK = 16 * 1024;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final CountDownLatch brokenOff = new CountDownLatch(1);

    private EndlessAnswer(int chunk, long bytes, BooleanSupplier goesOn) {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", exchange -> answer(exchange, chunk, bytes, goesOn));
        server.setExecutor(threads);
        server.start();
    }

    /** As fast as it is read. */
    public static EndlessAnswer fast() {
        return new EndlessAnswer(CHUNK, Long.MAX_VALUE, () -> true);
    }

    /** A byte now and then. */
    public static EndlessAnswer trickling() {
        var server = new EndlessAnswer[1];
        server[0] = new EndlessAnswer(1, Long.MAX_VALUE, () -> server[0].isOpenAfterAWhile());
        return server[0];
    }

    /** One that has an end after all. */
    public static EndlessAnswer of(long bytes) {
        return new EndlessAnswer(CHUNK, bytes, () -> true);
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Whether somebody stopped reading. */
    public boolean isBrokenOff() {
        return brokenOff.getCount() == 0;
    }

    private boolean isOpenAfterAWhile() {
        try {
            return !closed.await(50, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void answer(HttpExchange exchange, int chunk, long bytes, BooleanSupplier goesOn)
            throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, 0);
            OutputStream body = exchange.getResponseBody();
            long left = bytes;
            while (left > 0 && goesOn.getAsBoolean()) {
                int now = (int) Math.min(left, chunk);
                body.write(" ".repeat(now).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                body.flush();
                left -= now;
            }
        } catch (IOException nobodyReads) {
            brokenOff.countDown();
            throw nobodyReads;
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
