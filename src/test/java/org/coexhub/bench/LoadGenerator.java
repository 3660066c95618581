package org.coexhub.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sends prepared requests over kept connections from one thread, with as little work per request as possible, because it
 * shares the machine with the hub. At a fixed rate it measures from the moment a request was due, so a slow answer also
 * counts for those that had to wait behind it.
 *
 * <p>Arguments: port, connections, requests per second (0: as fast as answers come), seconds, messages per request,
 * customers, requests prepared at most. Prints {@code name=value} pairs in one line.
 */
public final class LoadGenerator {

    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");
    private static final int HEAD_STATUS = 9;

    private final ByteBuffer[] requests;
    private final double perSecond;
    private final Deque<Connection> idle = new ArrayDeque<>();
    private final long[] nanos;
    private int next;
    private int answered;
    private int refused;

    private LoadGenerator(ByteBuffer[] requests, double perSecond) {
        this.requests = requests;
        this.perSecond = perSecond;
        this.nanos = new long[requests.length];
    }

    private static final class Connection {
        private final SocketChannel channel;
        private final SelectionKey key;
        private final ByteBuffer answer = ByteBuffer.allocate(4096);
        private ByteBuffer request;
        private long due;

        private Connection(SocketChannel channel, Selector selector) throws IOException {
            this.channel = channel;
            this.key = channel.register(selector, 0, this);
        }
    }

    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(args[0]);
        int connections = Integer.parseInt(args[1]);
        double perSecond = Double.parseDouble(args[2]);
        int seconds = Integer.parseInt(args[3]);
        int messages = Integer.parseInt(args[4]);
        int customers = Integer.parseInt(args[5]);
        int most = Integer.parseInt(args[6]);
        int count = perSecond > 0 ? (int) Math.min(most, perSecond * seconds) : most;
        String run = Long.toString(System.nanoTime(), Character.MAX_RADIX);
        var generator =
                new LoadGenerator(new Requests(run, customers).make(count, messages), perSecond);
        generator.run(port, connections, seconds);
    }

    private void run(int port, int connections, int seconds) throws IOException {
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < connections; i++) {
                var channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.configureBlocking(false);
                idle.add(new Connection(channel, selector));
            }
            long begin = System.nanoTime();
            long end = begin + seconds * 1_000_000_000L;
            long now = begin;
            while (answered < requests.length && (now < end || idle.size() < connections)) {
                long wait = now < end ? sendDue(begin, now) : 1;
                if (wait > 0) {
                    selector.select(this::ready, wait);
                } else {
                    selector.selectNow(this::ready);
                }
                now = System.nanoTime();
            }
            report(now - begin);
        }
    }

    /** @return milliseconds until the next request is due, 0 if that is less than one */
    private long sendDue(long begin, long now) throws IOException {
        while (next < requests.length && !idle.isEmpty()) {
            long due = perSecond > 0 ? begin + (long) (next * 1e9 / perSecond) : now;
            if (due > now) {
                return (due - now) / 1_000_000;
            }
            Connection connection = idle.poll();
            connection.request = requests[next++].duplicate();
            connection.due = due;
            write(connection);
        }
        return 1;
    }

    private static void write(Connection connection) throws IOException {
        connection.channel.write(connection.request);
        int interest =
                connection.request.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        if (connection.key.interestOps() != interest) {
            connection.key.interestOps(interest);
        }
    }

    private void ready(SelectionKey key) {
        var connection = (Connection) key.attachment();
        try {
            if (key.isWritable()) {
                write(connection);
            } else if (connection.channel.read(connection.answer) < 0) {
                throw new IOException("the hub closed a connection");
            } else if (complete(connection.answer)) {
                count(connection);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void count(Connection connection) {
        boolean ok = connection.answer.get(HEAD_STATUS) == '2';
        nanos[answered++] = System.nanoTime() - connection.due;
        refused += ok ? 0 : 1;
        connection.answer.clear();
        idle.add(connection);
    }

    private static boolean complete(ByteBuffer answer) {
        int size = answer.position();
        byte[] bytes = answer.array();
        // An empty answer ends with its head, which is nearly every one.
        for (int i = size - 4; i >= 0; i--) {
            if (bytes[i] == '\r'
                    && bytes[i + 1] == '\n'
                    && bytes[i + 2] == '\r'
                    && bytes[i + 3] == '\n') {
                return size - i - 4 >= length(bytes, i);
            }
        }
        return false;
    }

    private static int length(byte[] bytes, int head) {
        Matcher length = LENGTH.matcher(new String(bytes, 0, head, StandardCharsets.US_ASCII));
        return length.find() ? Integer.parseInt(length.group(1)) : 0;
    }

    private void report(long elapsed) {
        long[] sorted = Arrays.copyOf(nanos, answered);
        Arrays.sort(sorted);
        var own = ProcessHandle.current().info().totalCpuDuration();
        String line =
                String.format(
                        Locale.ROOT,
                        "answered=%d refused=%d seconds=%.3f p50=%.2f p99=%.2f max=%.2f cpu=%.2f",
                        answered,
                        refused,
                        elapsed / 1e9,
                        at(sorted, 0.5),
                        at(sorted, 0.99),
                        at(sorted, 1),
                        own.map(d -> d.toMillis() / 1e3).orElse(Double.NaN));
        new java.io.PrintWriter(new java.io.FileOutputStream(java.io.FileDescriptor.out), true)
                .println(line);
    }

    private static double at(long[] sorted, double share) {
        return sorted.length == 0
                ? 0
                : sorted[(int) Math.min(sorted.length - 1L, (long) (sorted.length * share))] / 1e6;
    }
}
