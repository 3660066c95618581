package org.coexhub.inbound.webhook;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A caller with no credential, who decides when which byte of a request leaves. */
final class Stranger implements AutoCloseable {

    /** Well formed, and made with no secret of the hub. */
    static final String WRONG_SIGNATURE = "X-Hub-Signature-256: sha256=" + "ab".repeat(32);

    private static final int LONGEST_WAIT_MILLIS = 20_000;

    private final Socket socket;

    private Stranger(Socket socket) {
        this.socket = socket;
    }

    static Stranger at(int port) throws IOException {
        var socket = new Socket();
        socket.setSendBufferSize(64 * 1024);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
        socket.setSoTimeout(LONGEST_WAIT_MILLIS);
        return new Stranger(socket);
    }

    /** Sends the head of a POST whose body is to have this length; {@code headers} are whole lines. */
    Stranger begins(String path, int length, String... headers) throws IOException {
        return sends(
                "POST "
                        + path
                        + " HTTP/1.1\r\nHost: hub\r\nContent-Length: "
                        + length
                        + "\r\n"
                        + String.join(
                                "", java.util.Arrays.stream(headers).map(h -> h + "\r\n").toList())
                        + "\r\n");
    }

    Stranger sends(String text) throws IOException {
        return sends(text.getBytes(StandardCharsets.US_ASCII));
    }

    Stranger sends(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    void sendsNoMore() throws IOException {
        socket.shutdownOutput();
    }

    /** Whether the hub still took the byte; a hub that hung up takes none. */
    boolean trickles() {
        try {
            socket.getOutputStream().write('x');
            return true;
        } catch (IOException hungUp) {
            return false;
        }
    }

    /** @return the first line of the answer; empty when the hub hung up without one */
    String answer() throws IOException {
        try {
            String line =
                    new BufferedReader(
                                    new InputStreamReader(
                                            socket.getInputStream(), StandardCharsets.US_ASCII))
                            .readLine();
            return line == null ? "" : line;
        } catch (java.net.SocketException reset) {
            return "";
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
