package org.coexhub.platform.http;

import org.apache.coyote.AbstractProcessor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;

import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

/**
 * Tomcat's HTTP/1.1 with a bound on how long a connection may take to send a head. Tomcat measures the time between two
 * bytes only, so one byte now and then would keep a connection for ever, and whoever opens enough of them leaves none for
 * Meta. When three quarters of all connections are taken, the time gets short.
 *
 * <p>Named in the container's settings, so it is public and made by Tomcat.
 */
public final class HubProtocol extends Http11NioProtocol {

    private static final Duration HEAD_WHEN_FULL = Duration.ofSeconds(1);

    private static final long LOOK_MILLIS = 500;

    private volatile Duration longestHead = Duration.ofSeconds(10);

    /** Since when a connection has been in the middle of a head. */
    private Map<SocketWrapperBase<NioChannel>, Long> since = new HashMap<>();

    void setLongestHead(Duration longestHead) {
        this.longestHead = longestHead;
    }

    @Override
    public void start() throws Exception {
        super.start();
        getUtilityExecutor()
                .scheduleWithFixedDelay(
                        this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        Set<SocketWrapperBase<NioChannel>> open = getEndpoint().getConnections();
        boolean full = open.size() > getMaxConnections() * 3L / 4;
        long longest = (full ? HEAD_WHEN_FULL : longestHead).toNanos();
        long now = System.nanoTime();
        var still = new HashMap<SocketWrapperBase<NioChannel>, Long>();
        for (SocketWrapperBase<NioChannel> connection : open) {
            if (isServed(connection)) {
                continue;
            }
            if (isInTheMiddleOfAHead(connection)) {
                long begin = since.getOrDefault(connection, now);
                if (now - begin > longest) {
                    end(connection);
                } else {
                    still.put(connection, begin);
                }
            } else if (full && isIdle(connection)) {
                end(connection);
            }
        }
        since = still;
    }

    /** A thread is at it, and has its processor with it; to end it would take another thread, which waits for that one. */
    private static boolean isServed(SocketWrapperBase<NioChannel> connection) {
        Lock lock = connection.getLock();
        if (!lock.tryLock()) {
            return true;
        }
        lock.unlock();
        return false;
    }

    /** A processor is kept with a connection between two packets of a head, and during an asynchronous request. */
    private static boolean isInTheMiddleOfAHead(SocketWrapperBase<NioChannel> connection) {
        return connection.getCurrentProcessor() instanceof AbstractProcessor processor
                && !processor.isAsync();
    }

    private static boolean isIdle(SocketWrapperBase<NioChannel> connection) {
        return connection.getCurrentProcessor() == null
                && connection instanceof NioEndpoint.NioSocketWrapper known
                && System.currentTimeMillis() - known.getLastRead() > HEAD_WHEN_FULL.toMillis();
    }

    /** As the container ends one whose time is over: on one of its threads, after whatever runs there now. */
    private void end(SocketWrapperBase<NioChannel> connection) {
        connection.setError(new SocketTimeoutException());
        getEndpoint().processSocket(connection, SocketEvent.ERROR, true);
    }
}
