package org.coexhub.sandbox.salesforce.pubsub;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;

import org.coexhub.sandbox.salesforce.org.Faults;
import org.coexhub.sandbox.salesforce.org.Sessions;
import org.coexhub.sandbox.salesforce.org.SimulatedOrg;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The gRPC port, HTTP/2 without TLS. Clients of Salesforce use TLS: Camel's consumer has to be told by {@code
 * PubSubApiConsumer.setUsePlainTextConnection(true)} before it starts, any other client by {@code usePlaintext()} on its channel.
 */
public final class PubSubServer implements Faults.Streams, AutoCloseable {
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(270);

    private final PubSubService service;
    private final SessionCheck check;
    private final Faults faults;
    private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("sandbox-pubsub").factory());
    private ScheduledFuture<?> keepAlive;
    private Server server;

    public PubSubServer(
            SimulatedOrg org, Sessions sessions, Faults faults, Supplier<String> instanceUrl) {
        service = new PubSubService(org, sessions, faults);
        check = new SessionCheck(sessions, faults, instanceUrl);
        this.faults = faults;
        keepAliveEvery(KEEP_ALIVE);
    }

    public void start(int port) throws IOException {
        server =
                NettyServerBuilder.forAddress(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                        .executor(calls)
                        .permitKeepAliveTime(1, TimeUnit.SECONDS)
                        .permitKeepAliveWithoutCalls(true)
                        .intercept(check)
                        .addService(service)
                        .build()
                        .start();
    }

    public int port() {
        return server.getPort();
    }

    /** Open streams. */
    public int subscribers() {
        return service.subscribers();
    }

    @Override
    public void complete() {
        service.each(subscription -> subscription.end(null));
    }

    @Override
    public void cut(Status status) {
        service.each(
                subscription -> subscription.end(BusError.of(status, faults.hasBinaryTrailers())));
    }

    @Override
    public synchronized void keepAliveEvery(Duration interval) {
        if (keepAlive != null) {
            keepAlive.cancel(false);
        }
        long tick = Math.max(1, interval.toMillis() / 4);
        keepAlive =
                timer.scheduleWithFixedDelay(
                        () -> service.each(subscription -> subscription.keepAlive(interval)),
                        tick,
                        tick,
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        timer.shutdownNow();
        try {
            if (server != null) {
                server.shutdownNow().awaitTermination(2, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        calls.shutdownNow();
    }
}
