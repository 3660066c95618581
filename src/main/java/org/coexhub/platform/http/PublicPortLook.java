package org.coexhub.platform.http;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/** Checks from outside whether the public port answers: by a connection of its own, and any answer of HTTP will do. */
@Component
public class PublicPortLook {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final byte[] QUESTION =
            "GET /webhooks/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private static final byte[] ANSWER = "HTTP/1.1 ".getBytes(StandardCharsets.US_ASCII);

    private final InetAddress address;
    private volatile int port = -1;

    @Autowired
    PublicPortLook(ServerProperties server) {
        this(server.getAddress());
    }

    PublicPortLook(InetAddress address) {
        this.address = address == null ? InetAddress.getLoopbackAddress() : address;
    }

    /** Of the management port as well, which has a name. */
    @EventListener
    void opened(WebServerInitializedEvent event) {
        if (event.getApplicationContext().getServerNamespace() == null) {
            opened(event.getWebServer().getPort());
        }
    }

    void opened(int port) {
        this.port = port;
    }

    /** One look at a time: who asks often shall not fill the port. */
    public synchronized boolean answers() {
        if (port < 0) {
            return false;
        }
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), (int) PATIENCE.toMillis());
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write(QUESTION);
            return Arrays.equals(socket.getInputStream().readNBytes(ANSWER.length), ANSWER);
        } catch (IOException silent) {
            return false;
        }
    }
}
