package org.coexhub.connector.salesforce.pubsub;

import com.google.protobuf.ByteString;
import com.salesforce.eventbus.protobuf.ConsumerEvent;
import com.salesforce.eventbus.protobuf.FetchRequest;
import com.salesforce.eventbus.protobuf.FetchResponse;
import com.salesforce.eventbus.protobuf.PubSubGrpc;
import com.salesforce.eventbus.protobuf.ReplayPreset;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One Subscribe call, read by one thread at its own pace. Salesforce sends no more events than were asked for, so what
 * waits here is bounded by that.
 */
final class EventStream implements AutoCloseable {

    /** Salesforce never has more than this outstanding. */
    static final int CREDIT = 100;

    private final String channel;
    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
    private final Responses responses = new Responses();

    /** What the server says. */
    sealed interface Signal {}

    /**
     * @param events none: a sign of life
     * @param latest position of the subscription after these events; may be empty
     */
    record Batch(List<ConsumerEvent> events, ByteString latest) implements Signal {}

    /** Nothing comes after this. */
    record Ended(StreamFault fault) implements Signal {}

    private EventStream(String channel) {
        this.channel = channel;
    }

    /** @param after position to start after; ignored unless the preset is CUSTOM */
    static EventStream open(
            PubSubGrpc.PubSubStub stub, String channel, ReplayPreset preset, ByteString after) {
        var stream = new EventStream(channel);
        stub.subscribe(stream.responses);
        FetchRequest.Builder first =
                FetchRequest.newBuilder()
                        .setTopicName(channel)
                        .setReplayPreset(preset)
                        .setNumRequested(CREDIT);
        if (preset == ReplayPreset.CUSTOM) {
            first.setReplayId(after);
        }
        stream.responses.requests.onNext(first.build());
        return stream;
    }

    /** Null when nothing is said within that time. */
    Signal next(Duration atMost) throws InterruptedException {
        return signals.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Room for so many more. */
    void request(int events) {
        responses.requests.onNext(
                FetchRequest.newBuilder().setTopicName(channel).setNumRequested(events).build());
    }

    @Override
    public void close() {
        responses.requests.cancel("no longer wanted", null);
    }

    private final class Responses implements ClientResponseObserver<FetchRequest, FetchResponse> {

        private ClientCallStreamObserver<FetchRequest> requests;

        @Override
        public void beforeStart(ClientCallStreamObserver<FetchRequest> stream) {
            requests = stream;
        }

        @Override
        public void onNext(FetchResponse response) {
            signals.add(new Batch(response.getEventsList(), response.getLatestReplayId()));
        }

        @Override
        public void onError(Throwable failure) {
            signals.add(new Ended(StreamFault.of(failure)));
        }

        @Override
        public void onCompleted() {
            signals.add(new Ended(StreamFault.ENDED));
        }
    }
}
