package org.coexhub.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

class PublicPortLookTest {

    private final PublicPortLook look = new PublicPortLook((InetAddress) null);

    @Test
    void aPortThatAnswersWhateverItAnswersIsSeen() throws IOException {
        var server = HttpServer.create(loopback(), 0);
        server.start();
        look.opened(server.getAddress().getPort());
        try {
            assertThat(look.answers()).isTrue();
        } finally {
            server.stop(0);
        }
        assertThat(look.answers()).isFalse();
    }

    @Test
    void aPortThatTakesConnectionsAndNeverAnswersIsSeenAsSilent() throws IOException {
        try (var silent = new ServerSocket()) {
            silent.bind(loopback());
            look.opened(silent.getLocalPort());

            assertThat(look.answers()).isFalse();
        }
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }
}
