package org.coexhub.connector.salesforce.pubsub;

import com.google.protobuf.ByteString;
import com.salesforce.eventbus.protobuf.ConsumerEvent;
import com.salesforce.eventbus.protobuf.FetchRequest;
import com.salesforce.eventbus.protobuf.FetchResponse;
import com.salesforce.eventbus.protobuf.ProducerEvent;
import com.salesforce.eventbus.protobuf.PubSubGrpc;
import com.salesforce.eventbus.protobuf.ReplayPreset;
import com.salesforce.eventbus.protobuf.SchemaInfo;
import com.salesforce.eventbus.protobuf.SchemaRequest;
import com.sun.net.httpserver.HttpServer;

import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;

import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.coexhub.connector.salesforce.client.SalesforceSettings;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Login, schema and one channel over real sockets, which says what a test wants it to say, well-behaved or not. */
final class ScriptedOrg implements AutoCloseable {

    static final String CHANNEL = "/event/WhatsApp_Send__e";
    static final String AGENT = "005AGENT";
    static final String HUB_USER = "005HUB";

    private static final String SCHEMA =
            """
            {"type":"record","name":"WhatsApp_Send__e","namespace":"com.sforce.eventbus","fields":[
              {"name":"CreatedDate","type":"long"},{"name":"CreatedById","type":"string"},
              {"name":"Text__c","type":["null","string"],"default":null}]}
            """;

    private static final Metadata.Key<String> TOKEN =
            Metadata.Key.of("accesstoken", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> ERROR =
            Metadata.Key.of("error-code", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<byte[]> BINARY =
            Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

    private final HttpServer logins;
    private final Server server;
    private final List<ConsumerEvent> events = new ArrayList<>();
    private final List<Stream> streams = new ArrayList<>();
    private final List<FetchRequest> subscribed = new CopyOnWriteArrayList<>();
    private int session = 1;
    private Status noSchema;
    private String schema = SCHEMA;
    private boolean forgetful;

    ScriptedOrg() throws IOException {
        InetAddress here = InetAddress.getLoopbackAddress();
        logins = HttpServer.create(new InetSocketAddress(here, 0), 0);
        logins.createContext(
                "/services/oauth2/token",
                exchange -> {
                    exchange.getRequestBody().readAllBytes();
                    byte[] answer =
                            """
                            {"access_token":"%d","instance_url":"http://127.0.0.1:9",
                             "id":"https://login.salesforce.com/id/00DORG/%s"}
                            """
                                    .formatted(session, HUB_USER)
                                    .getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, answer.length);
                    exchange.getResponseBody().write(answer);
                    exchange.close();
                });
        logins.start();
        server =
                NettyServerBuilder.forAddress(new InetSocketAddress(here, 0))
                        .addService(ServerInterceptors.intercept(new Service(), new OnlyLoggedIn()))
                        .build()
                        .start();
    }

    PubSubClient client() {
        var values =
                Map.of(
                        "login-url",
                        "http://127.0.0.1:" + logins.getAddress().getPort(),
                        "client-id",
                        "id",
                        "client-secret",
                        "secret");
        SalesforceSettings org =
                new Binder(new MapConfigurationPropertySource(values))
                        .bindOrCreate("", SalesforceSettings.class);
        return new PubSubClient(org, new PubSubSettings("127.0.0.1", server.getPort(), true));
    }

    /** First requests of all subscriptions. */
    List<FetchRequest> subscribed() {
        return subscribed;
    }

    synchronized void publish(String text, Instant at) {
        publish(text, at, AGENT);
    }

    synchronized void publish(String text, Instant at, String user) {
        add(text, payload(text, at, user));
    }

    synchronized void publishUnreadable(String id) {
        add(id, new byte[] {127, -1, -1});
    }

    private void add(String id, byte[] payload) {
        events.add(
                ConsumerEvent.newBuilder()
                        .setReplayId(position(events.size() + 1))
                        .setEvent(
                                ProducerEvent.newBuilder()
                                        .setId("id-of-" + id)
                                        .setSchemaId("schema")
                                        .setPayload(ByteString.copyFrom(payload)))
                        .build());
        streams.forEach(Stream::deliver);
    }

    /** A sign of life; the bus has moved on by so much while nobody published. */
    synchronized void signOfLife(int movedTo) {
        streams.forEach(
                stream ->
                        stream.responses.onNext(
                                FetchResponse.newBuilder()
                                        .setLatestReplayId(position(movedTo))
                                        .build()));
    }

    synchronized void complete() {
        streams.forEach(stream -> stream.responses.onCompleted());
        streams.clear();
    }

    synchronized void cut(Status status, String code) {
        streams.forEach(stream -> stream.responses.onError(failure(status, code)));
        streams.clear();
    }

    /** Streams go on in silence. */
    synchronized void forgetStreams() {
        streams.clear();
    }

    synchronized void endSession() {
        session++;
        cut(Status.UNAUTHENTICATED, "sfdc.platform.eventbus.grpc.service.auth.error");
    }

    /** What the org answers to whoever asks for a schema; null where it gives it. */
    synchronized void schemaFails(Status answer) {
        noSchema = answer;
    }

    /** What the org says of its events from now on. */
    synchronized void schemaIs(String text) {
        schema = text;
    }

    /** Positions given out so far are not known any more. */
    synchronized void forgetPositions(boolean forget) {
        forgetful = forget;
    }

    static ByteString position(long number) {
        return ByteString.copyFrom(ByteBuffer.allocate(8).putLong(number).array());
    }

    private static Exception failure(Status status, String code) {
        var trailers = new Metadata();
        trailers.put(ERROR, code);
        trailers.put(BINARY, new byte[] {1, 2, 3});
        return status.asRuntimeException(trailers);
    }

    private static byte[] payload(String text, Instant at, String user) {
        Schema schema = new Schema.Parser().parse(SCHEMA);
        GenericRecord record = new GenericData.Record(schema);
        record.put("CreatedDate", at.toEpochMilli());
        record.put("CreatedById", user);
        record.put("Text__c", text);
        var out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        try {
            new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    @Override
    public void close() {
        server.shutdownNow();
        logins.stop(0);
    }

    /** One subscription. */
    private final class Stream implements StreamObserver<FetchRequest> {

        private final StreamObserver<FetchResponse> responses;
        private boolean begun;
        private int next;
        private int credit;

        Stream(StreamObserver<FetchResponse> responses) {
            this.responses = responses;
        }

        @Override
        public void onNext(FetchRequest request) {
            synchronized (ScriptedOrg.this) {
                if (!begun && !begin(request)) {
                    return;
                }
                credit += request.getNumRequested();
                if (streams.contains(this)) {
                    deliver();
                }
            }
        }

        private boolean begin(FetchRequest request) {
            begun = true;
            subscribed.add(request);
            if (request.getReplayPreset() == ReplayPreset.CUSTOM) {
                if (forgetful) {
                    responses.onError(
                            failure(
                                    Status.INVALID_ARGUMENT,
                                    "sfdc.platform.eventbus.grpc.subscription.fetch.replayid.corrupted"));
                    return false;
                }
                next = (int) request.getReplayId().asReadOnlyByteBuffer().getLong();
            } else {
                next = request.getReplayPreset() == ReplayPreset.EARLIEST ? 0 : events.size();
            }
            streams.add(this);
            return true;
        }

        /** Requests may still come when the stream is over, or forgotten. */
        private void deliver() {
            int until = Math.min(events.size(), next + credit);
            if (streams.contains(this) && until > next) {
                responses.onNext(
                        FetchResponse.newBuilder()
                                .addAllEvents(events.subList(next, until))
                                .setLatestReplayId(position(until))
                                .setPendingNumRequested(credit - (until - next))
                                .build());
                credit -= until - next;
                next = until;
            }
        }

        @Override
        public void onError(Throwable cancelled) {
            synchronized (ScriptedOrg.this) {
                streams.remove(this);
            }
        }

        @Override
        public void onCompleted() {
            onError(null);
        }
    }

    private final class Service extends PubSubGrpc.PubSubImplBase {

        @Override
        public StreamObserver<FetchRequest> subscribe(StreamObserver<FetchResponse> responses) {
            return new Stream(responses);
        }

        @Override
        public void getSchema(SchemaRequest request, StreamObserver<SchemaInfo> answer) {
            synchronized (ScriptedOrg.this) {
                if (noSchema != null) {
                    answer.onError(noSchema.asRuntimeException());
                    return;
                }
            }
            answer.onNext(
                    SchemaInfo.newBuilder().setSchemaId("schema").setSchemaJson(schema).build());
            answer.onCompleted();
        }
    }

    private final class OnlyLoggedIn implements ServerInterceptor {

        @Override
        public <A, B> ServerCall.Listener<A> interceptCall(
                ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
            synchronized (ScriptedOrg.this) {
                if (Integer.toString(session).equals(headers.get(TOKEN))) {
                    return next.startCall(call, headers);
                }
            }
            var trailers = new Metadata();
            trailers.put(ERROR, "sfdc.platform.eventbus.grpc.service.auth.error");
            call.close(Status.UNAUTHENTICATED, trailers);
            return new ServerCall.Listener<>() {};
        }
    }
}
