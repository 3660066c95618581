package org.coexhub.sandbox;

import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** One loopback HTTP server for bot and webhook receiver, outside the hub's own port as real ones would be. */
final class SandboxTools implements AutoCloseable {
    static final String BOT_PATH = "/bot";
    static final String RECEIVER_PATH = "/receiver";

    private final SandboxBot bot;
    private final SandboxReceiver receiver;
    private final int wantedPort;
    private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
    private HttpServer server;

    SandboxTools(SandboxBot bot, SandboxReceiver receiver, int port) {
        this.bot = bot;
        this.receiver = receiver;
        this.wantedPort = port;
    }

    void start() throws IOException {
        server =
                HttpServer.create(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), wantedPort), 0);
        server.createContext(BOT_PATH, bot);
        server.createContext(RECEIVER_PATH, receiver);
        server.setExecutor(requests);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        if (server != null) {
            server.stop(0);
        }
        requests.shutdownNow();
    }
}
