package org.coexhub.connector.kafka;

import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * A producer of Kafka's that is replaced by a new one once it can send no more.
 *
 * <p>An idempotent producer that was refused a right ends in a state in which it refuses every record, also when the right
 * is back. Kafka's advice is to close it. The next use makes another; records that others have in it just then fail with it,
 * which {@link KafkaFault} calls passing.
 *
 * <p><b>Why nobody waits for themselves.</b> Closing waits, without a bound, for the producer's own thread, and that thread
 * first tells each record that is left that it failed: it comes by here. So a producer is closed by a thread that does
 * nothing else and holds no lock, and who is told of a failure takes none.
 */
final class RenewedProducer implements InvocationHandler {

    private static final Logger LOG = LoggerFactory.getLogger(RenewedProducer.class);

    private final Supplier<Producer<?, ?>> producers;
    private InUse current;
    private volatile boolean closed;

    /** @param ended nothing is sent by it any more */
    private record InUse(Producer<?, ?> producer, AtomicBoolean ended) {

        InUse(Producer<?, ?> producer) {
            this(producer, new AtomicBoolean());
        }
    }

    private RenewedProducer(Supplier<Producer<?, ?>> producers) {
        this.producers = producers;
        this.current = new InUse(producers.get());
    }

    static Producer<?, ?> of(Supplier<Producer<?, ?>> producers) {
        return (Producer<?, ?>)
                Proxy.newProxyInstance(
                        RenewedProducer.class.getClassLoader(),
                        new Class<?>[] {Producer.class},
                        new RenewedProducer(producers));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] given) throws Throwable {
        InUse used = use(method.getName().equals("close"));
        Object[] arguments = given == null ? null : given.clone();
        if (arguments != null && arguments[arguments.length - 1] instanceof Callback callback) {
            arguments[arguments.length - 1] = watched(callback, used);
        }
        try {
            return method.invoke(used.producer, arguments);
        } catch (InvocationTargetException e) {
            Throwable failure = e.getCause();
            if (failure instanceof IllegalStateException) {
                // Another has replaced it since it was looked up: passing, as for records in it.
                failure = new KafkaException("the producer was closed", failure);
            }
            endIfFatal(used, failure);
            throw failure;
        }
    }

    private Callback watched(Callback callback, InUse used) {
        return (record, failure) -> {
            endIfFatal(used, failure);
            callback.onCompletion(record, failure);
        };
    }

    /** Locked while a new one is made, so that it is one for all; who is told of a failure never waits for that. */
    private synchronized InUse use(boolean toClose) {
        closed |= toClose;
        InUse before = current;
        if (before.ended.get() && !closed) {
            current = new InUse(producers.get());
            Thread.ofVirtual()
                    .name("kafka-producer-closing")
                    .start(() -> before.producer.close(Duration.ZERO));
        }
        return current;
    }

    private void endIfFatal(InUse used, Throwable failure) {
        if (!closed
                && KafkaFault.endsTheProducer(failure)
                && used.ended.compareAndSet(false, true)) {
            LOG.warn(
                    "Kafka's producer is replaced by a new one after a {}",
                    failure.getClass().getSimpleName());
        }
    }
}
