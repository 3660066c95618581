package org.coexhub.platform.broker;

import org.apache.activemq.artemis.core.persistence.StorageManager;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.util.unit.DataSize;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** What tests of other packages may do to a broker. */
public final class BrokerSwitch {

    private BrokerSwitch() {}

    /** One outside the process, whoever asks. */
    public static Broker external(String url) {
        return new Broker(
                new BrokerSettings(
                        url,
                        "hub",
                        "its-password",
                        "",
                        List.of(),
                        "",
                        "",
                        false,
                        100,
                        DataSize.ofMegabytes(1)),
                Optional.empty());
    }

    public static Queues queues(Broker broker) {
        return new Queues(broker);
    }

    /** The broker is gone, as after a crash of its own. */
    public static void off(Broker broker) throws Exception {
        broker.close();
    }

    /** As on a disk that does not answer: nothing is stored until {@link Held#close}, by the same thread. */
    public static Held hold(Broker broker) {
        var embedded = (Optional<?>) ReflectionTestUtils.getField(broker, "embedded");
        var server =
                (ActiveMQServer) ReflectionTestUtils.getField(embedded.orElseThrow(), "server");
        StorageManager storage = server.getStorageManager();
        storage.writeLock();
        return storage::writeUnlock;
    }

    /** As on a disk that has become slow: the broker takes everything, and what it writes comes to no end before {@link Held#close}. */
    public static Held slow(Broker broker) {
        var embedded = (Optional<?>) ReflectionTestUtils.getField(broker, "embedded");
        var server =
                (ActiveMQServer) ReflectionTestUtils.getField(embedded.orElseThrow(), "server");
        var writing =
                (Executor)
                        ReflectionTestUtils.getField(
                                server.getStorageManager().getMessageJournal(), "appendExecutor");
        var fast = new CompletableFuture<Void>();
        writing.execute(fast::join);
        return () -> fast.complete(null);
    }

    /** A broker that stores nothing. */
    @FunctionalInterface
    public interface Held extends AutoCloseable {
        @Override
        void close();
    }
}
