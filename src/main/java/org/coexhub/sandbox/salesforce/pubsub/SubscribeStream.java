package org.coexhub.sandbox.salesforce.pubsub;

import com.google.protobuf.ByteString;
import com.salesforce.eventbus.protobuf.ConsumerEvent;
import com.salesforce.eventbus.protobuf.FetchRequest;
import com.salesforce.eventbus.protobuf.FetchResponse;
import com.salesforce.eventbus.protobuf.ProducerEvent;
import com.salesforce.eventbus.protobuf.ReplayPreset;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;

import org.coexhub.sandbox.salesforce.org.BusEvent;
import org.coexhub.sandbox.salesforce.org.EventBus;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One Subscribe stream: where it stands on the bus and how many events its client still wants. It never sends more than was asked
 * for, and never a {@code latest_replay_id} beyond an event that was not sent.
 */
final class SubscribeStream implements StreamObserver<FetchRequest> {
    private static final int MOST_PER_REQUEST = 100;
    private static final long BEGINNING = -1;

    private final StreamObserver<FetchResponse> client;
    private final EventBus bus;
    private final Function<String, EventSchema> topics;
    private final BooleanSupplier sessionGood;
    private final Function<BusError, StatusRuntimeException> errors;
    private final Consumer<SubscribeStream> onEnd;
    private final String rpcId = UUID.randomUUID().toString();
    private EventSchema schema;
    private long position;
    private int wanted;
    private long lastSent = System.nanoTime();
    private boolean ended;

    SubscribeStream(
            StreamObserver<FetchResponse> client,
            EventBus bus,
            Function<String, EventSchema> topics,
            BooleanSupplier sessionGood,
            Function<BusError, StatusRuntimeException> errors,
            Consumer<SubscribeStream> onEnd) {
        this.client = client;
        this.bus = bus;
        this.topics = topics;
        this.sessionGood = sessionGood;
        this.errors = errors;
        this.onEnd = onEnd;
    }

    @Override
    public synchronized void onNext(FetchRequest request) {
        if (ended) {
            return;
        }
        BusError error = schema == null ? open(request) : sameTopic(request);
        if (error == null && request.getNumRequested() <= 0) {
            error = BusError.REQUESTED_INVALID;
        }
        if (error != null) {
            end(errors.apply(error));
            return;
        }
        wanted += Math.min(request.getNumRequested(), MOST_PER_REQUEST);
        drain();
    }

    private BusError open(FetchRequest request) {
        String topic = request.getTopicName();
        if (topic.isBlank()) {
            return BusError.TOPIC_EMPTY;
        }
        EventSchema found = topics.apply(topic);
        if (found == null) {
            return BusError.TOPIC_NOT_FOUND;
        }
        if (request.getReplayPreset() == ReplayPreset.CUSTOM) {
            ByteString replayId = request.getReplayId();
            if (replayId.isEmpty()) {
                return BusError.REPLAY_MISSING;
            }
            position = ReplayId.position(replayId);
            if (!bus.holds(position)) {
                return BusError.REPLAY_CORRUPTED;
            }
        } else {
            position = request.getReplayPreset() == ReplayPreset.EARLIEST ? BEGINNING : bus.tip();
        }
        schema = found;
        return null;
    }

    private BusError sameTopic(FetchRequest request) {
        String topic = request.getTopicName();
        return topic.isEmpty() || topic.equals(schema.topic()) ? null : BusError.TOPIC_MISMATCH;
    }

    /** Sends what there is, as far as it is wanted. */
    synchronized void drain() {
        while (!ended && schema != null && wanted > 0) {
            List<BusEvent> events =
                    bus.after(schema.object().name(), position, Math.min(wanted, MOST_PER_REQUEST));
            if (events.isEmpty()) {
                return;
            }
            if (!sessionGood.getAsBoolean()) {
                end(errors.apply(BusError.AUTH));
                return;
            }
            position = events.getLast().replay();
            wanted -= events.size();
            FetchResponse.Builder response = response(position);
            events.forEach(event -> response.addEvents(consumed(event)));
            send(response);
        }
    }

    /** An empty response with the newest position, if there was nothing to send for this long. */
    synchronized void keepAlive(Duration idle) {
        checkSession();
        drain();
        if (ended || wanted == 0 || System.nanoTime() - lastSent < idle.toNanos()) {
            return;
        }
        OptionalLong tip = bus.tipUnlessAfter(schema.object().name(), position);
        if (tip.isPresent()) {
            position = tip.getAsLong();
            send(response(position));
        }
    }

    synchronized void checkSession() {
        if (!ended && !sessionGood.getAsBoolean()) {
            end(errors.apply(BusError.AUTH));
        }
    }

    private FetchResponse.Builder response(long latest) {
        return FetchResponse.newBuilder()
                .setRpcId(rpcId)
                .setLatestReplayId(ReplayId.of(latest))
                .setPendingNumRequested(wanted);
    }

    private ConsumerEvent consumed(BusEvent event) {
        return ConsumerEvent.newBuilder()
                .setReplayId(ReplayId.of(event.replay()))
                .setEvent(
                        ProducerEvent.newBuilder()
                                .setId(event.id())
                                .setSchemaId(schema.id())
                                .setPayload(ByteString.copyFrom(schema.encoded(event))))
                .build();
    }

    private void send(FetchResponse.Builder response) {
        lastSent = System.nanoTime();
        client.onNext(response.build());
    }

    /** Ends the stream with an error, or normally if there is none. */
    synchronized void end(StatusRuntimeException error) {
        if (ended) {
            return;
        }
        ended = true;
        onEnd.accept(this);
        if (error == null) {
            client.onCompleted();
        } else {
            client.onError(error);
        }
    }

    /** The client has hung up. */
    synchronized void gone() {
        ended = true;
        onEnd.accept(this);
    }

    @Override
    public void onError(Throwable cancelled) {
        gone();
    }

    @Override
    public void onCompleted() {
        end(null);
    }
}
