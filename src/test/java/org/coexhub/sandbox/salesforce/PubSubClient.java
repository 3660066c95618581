package org.coexhub.sandbox.salesforce;

import com.google.protobuf.ByteString;
import com.salesforce.eventbus.protobuf.FetchRequest;
import com.salesforce.eventbus.protobuf.FetchResponse;
import com.salesforce.eventbus.protobuf.PubSubGrpc;
import com.salesforce.eventbus.protobuf.ReplayPreset;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A Pub/Sub client of nothing but the generated stubs. */
final class PubSubClient implements AutoCloseable {
    static final String TOPIC = "/event/WhatsApp_Send__e";
    private static final String ERROR_CODES = "sfdc.platform.eventbus.grpc.";

    private final ManagedChannel channel;
    private final Metadata metadata = new Metadata();

    PubSubClient(SimulatedSalesforce salesforce, String token, String tenant) {
        channel =
                NettyChannelBuilder.forAddress("127.0.0.1", salesforce.pubSubPort())
                        .usePlaintext()
                        .build();
        put("accesstoken", token);
        put("instanceurl", salesforce.url().toString());
        put("tenantid", tenant);
    }

    private void put(String name, String value) {
        metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
    }

    PubSubGrpc.PubSubBlockingStub blocking() {
        return PubSubGrpc.newBlockingStub(channel)
                .withDeadlineAfter(10, TimeUnit.SECONDS)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
    }

    Stream subscribe() {
        Stream stream = new Stream();
        stream.requests =
                PubSubGrpc.newStub(channel)
                        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
                        .subscribe(stream);
        return stream;
    }

    Stream subscribe(ReplayPreset preset, int number) {
        Stream stream = subscribe();
        stream.requests.onNext(
                FetchRequest.newBuilder()
                        .setTopicName(TOPIC)
                        .setReplayPreset(preset)
                        .setNumRequested(number)
                        .build());
        return stream;
    }

    Stream subscribeAfter(ByteString replayId, int number) {
        Stream stream = subscribe();
        stream.requests.onNext(
                FetchRequest.newBuilder()
                        .setTopicName(TOPIC)
                        .setReplayPreset(ReplayPreset.CUSTOM)
                        .setReplayId(replayId)
                        .setNumRequested(number)
                        .build());
        return stream;
    }

    /** What a stream has received, and how it ended. */
    static final class Stream implements StreamObserver<FetchResponse> {
        private final BlockingQueue<FetchResponse> responses = new LinkedBlockingQueue<>();
        private final CompletableFuture<Status> end = new CompletableFuture<>();
        private final CompletableFuture<String> errorCode = new CompletableFuture<>();
        private StreamObserver<FetchRequest> requests;

        void more(int number) {
            requests.onNext(FetchRequest.newBuilder().setNumRequested(number).build());
        }

        void send(FetchRequest request) {
            requests.onNext(request);
        }

        FetchResponse next() throws InterruptedException {
            FetchResponse response = responses.poll(10, TimeUnit.SECONDS);
            if (response == null) {
                throw new AssertionError("No response within 10 s");
            }
            return response;
        }

        /** The next response that is no keep-alive. */
        FetchResponse nextWithEvents() throws InterruptedException {
            FetchResponse response = next();
            return response.getEventsCount() > 0 ? response : nextWithEvents();
        }

        List<FetchResponse> rest() {
            return List.copyOf(responses);
        }

        Status end() throws Exception {
            return end.get(10, TimeUnit.SECONDS);
        }

        /** The code in the trailers, without the prefix that all have. */
        String errorCode() throws Exception {
            return errorCode.get(10, TimeUnit.SECONDS).replace(ERROR_CODES, "");
        }

        @Override
        public void onNext(FetchResponse response) {
            responses.add(response);
        }

        @Override
        public void onError(Throwable error) {
            errorCode.complete(PubSubClient.errorCode((StatusRuntimeException) error));
            end.complete(Status.fromThrowable(error));
        }

        @Override
        public void onCompleted() {
            end.complete(Status.OK);
        }
    }

    static String errorCode(StatusRuntimeException error) {
        String code =
                error.getTrailers()
                        .get(Metadata.Key.of("error-code", Metadata.ASCII_STRING_MARSHALLER));
        return String.valueOf(code);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
