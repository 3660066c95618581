package org.coexhub.connector.kafka;

import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * A producer of Kafka's that is replaced by a new one once it can send no more.
 *
 * <p>An idempotent producer that was refused a right ends in a state in which it refuses every record, also when the right
 * is back. Kafka's advice is to close it. The next use makes another; records that others have in it just then fail with it,
 * which {@link KafkaFault} calls passing.
 */
final class RenewedProducer implements InvocationHandler {

    private static final Logger LOG = LoggerFactory.getLogger(RenewedProducer.class);

    private final Supplier<Producer<?, ?>> producers;
    private Producer<?, ?> current;

    /** Nothing is sent by it any more; closed by who asks for the next, as its own thread may not wait for itself. */
    private boolean ended;

    private boolean closed;

    private RenewedProducer(Supplier<Producer<?, ?>> producers) {
        this.producers = producers;
        this.current = producers.get();
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
        Producer<?, ?> used = use(method.getName().equals("close"));
        Object[] arguments = given == null ? null : given.clone();
        if (arguments != null && arguments[arguments.length - 1] instanceof Callback callback) {
            arguments[arguments.length - 1] = watched(callback, used);
        }
        try {
            return method.invoke(used, arguments);
        } catch (InvocationTargetException e) {
            endIfFatal(used, e.getCause());
            throw e.getCause();
        }
    }

    private Callback watched(Callback callback, Producer<?, ?> used) {
        return (record, failure) -> {
            endIfFatal(used, failure);
            callback.onCompletion(record, failure);
        };
    }

    private synchronized Producer<?, ?> use(boolean toClose) {
        closed |= toClose;
        if (ended && !closed) {
            current.close(Duration.ZERO);
            current = producers.get();
            ended = false;
        }
        return current;
    }

    private synchronized void endIfFatal(Producer<?, ?> used, Throwable failure) {
        if (used == current && !ended && !closed && KafkaFault.endsTheProducer(failure)) {
            ended = true;
            LOG.warn(
                    "Kafka's producer is replaced by a new one after a {}",
                    failure.getClass().getSimpleName());
        }
    }
}
