package org.coexhub.sandbox.salesforce.pubsub;

import com.salesforce.eventbus.protobuf.Error;
import com.salesforce.eventbus.protobuf.ErrorCode;
import com.salesforce.eventbus.protobuf.FetchRequest;
import com.salesforce.eventbus.protobuf.FetchResponse;
import com.salesforce.eventbus.protobuf.ProducerEvent;
import com.salesforce.eventbus.protobuf.PubSubGrpc;
import com.salesforce.eventbus.protobuf.PublishRequest;
import com.salesforce.eventbus.protobuf.PublishResponse;
import com.salesforce.eventbus.protobuf.PublishResult;
import com.salesforce.eventbus.protobuf.SchemaInfo;
import com.salesforce.eventbus.protobuf.SchemaRequest;
import com.salesforce.eventbus.protobuf.TopicInfo;
import com.salesforce.eventbus.protobuf.TopicRequest;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

import org.coexhub.sandbox.salesforce.describe.ObjectDescription;
import org.coexhub.sandbox.salesforce.org.Faults;
import org.coexhub.sandbox.salesforce.org.SaveRefusedException;
import org.coexhub.sandbox.salesforce.org.Sessions;
import org.coexhub.sandbox.salesforce.org.SimulatedOrg;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The RPCs of the Pub/Sub API. */
final class PubSubService extends PubSubGrpc.PubSubImplBase {
    private final SimulatedOrg org;
    private final Sessions sessions;
    private final Faults faults;
    private final Map<String, EventSchema> topics = new LinkedHashMap<>();
    private final Set<SubscribeStream> subscriptions = ConcurrentHashMap.newKeySet();

    PubSubService(SimulatedOrg org, Sessions sessions, Faults faults) {
        this.org = org;
        this.sessions = sessions;
        this.faults = faults;
        org.schema().objects().stream()
                .filter(ObjectDescription::event)
                .map(EventSchema::new)
                .forEach(schema -> topics.put(schema.topic(), schema));
        org.bus().onPublish(() -> each(SubscribeStream::drain));
        sessions.onEnd(() -> each(SubscribeStream::checkSession));
    }

    void each(Consumer<SubscribeStream> action) {
        subscriptions.forEach(action);
    }

    int subscribers() {
        return subscriptions.size();
    }

    StatusRuntimeException error(BusError error) {
        return error.with(faults.hasBinaryTrailers());
    }

    @Override
    public void getTopic(TopicRequest request, StreamObserver<TopicInfo> client) {
        EventSchema schema = topics.get(request.getTopicName());
        if (schema == null) {
            client.onError(
                    error(
                            request.getTopicName().isBlank()
                                    ? BusError.TOPIC_EMPTY
                                    : BusError.TOPIC_NOT_FOUND));
            return;
        }
        client.onNext(
                TopicInfo.newBuilder()
                        .setTopicName(schema.topic())
                        .setTenantGuid("core/simulated/" + SimulatedOrg.ID)
                        .setCanPublish(true)
                        .setCanSubscribe(true)
                        .setSchemaId(schema.id())
                        .setRpcId(UUID.randomUUID().toString())
                        .build());
        client.onCompleted();
    }

    @Override
    public void getSchema(SchemaRequest request, StreamObserver<SchemaInfo> client) {
        EventSchema schema = schema(request.getSchemaId());
        if (schema == null) {
            client.onError(error(BusError.SCHEMA_INVALID));
            return;
        }
        client.onNext(
                SchemaInfo.newBuilder()
                        .setSchemaId(schema.id())
                        .setSchemaJson(schema.json())
                        .setRpcId(UUID.randomUUID().toString())
                        .build());
        client.onCompleted();
    }

    @Override
    public StreamObserver<FetchRequest> subscribe(StreamObserver<FetchResponse> client) {
        String token = SessionCheck.TOKEN.get();
        SubscribeStream subscription =
                new SubscribeStream(
                        client,
                        org.bus(),
                        topics::get,
                        () -> sessions.use(token),
                        this::error,
                        subscriptions::remove);
        ((ServerCallStreamObserver<FetchResponse>) client).setOnCancelHandler(subscription::gone);
        subscriptions.add(subscription);
        return subscription;
    }

    @Override
    public void publish(PublishRequest request, StreamObserver<PublishResponse> client) {
        try {
            client.onNext(published(request, request.getTopicName()));
            client.onCompleted();
        } catch (StatusRuntimeException refused) {
            client.onError(refused);
        }
    }

    @Override
    public StreamObserver<PublishRequest> publishStream(StreamObserver<PublishResponse> client) {
        return new StreamObserver<>() {
            private String topic;

            @Override
            public void onNext(PublishRequest request) {
                String named = request.getTopicName();
                topic = topic == null ? named : topic;
                try {
                    if (!named.isEmpty() && !named.equals(topic)) {
                        throw error(BusError.PUBLISH_TOPIC_MISMATCH);
                    }
                    client.onNext(published(request, topic));
                } catch (StatusRuntimeException refused) {
                    client.onError(refused);
                }
            }

            @Override
            public void onError(Throwable cancelled) {
                topic = null;
            }

            @Override
            public void onCompleted() {
                client.onCompleted();
            }
        };
    }

    private PublishResponse published(PublishRequest request, String topic) {
        if (topic.isBlank()) {
            throw error(BusError.PUBLISH_TOPIC_EMPTY);
        }
        EventSchema schema = topics.get(topic);
        if (schema == null) {
            throw error(BusError.TOPIC_NOT_FOUND);
        }
        if (request.getEventsCount() == 0) {
            throw error(BusError.PUBLISH_NOTHING);
        }
        PublishResponse.Builder response =
                PublishResponse.newBuilder()
                        .setSchemaId(schema.id())
                        .setRpcId(UUID.randomUUID().toString());
        request.getEventsList().forEach(event -> response.addResults(publish(schema, event)));
        return response.build();
    }

    private PublishResult publish(EventSchema schema, ProducerEvent event) {
        PublishResult.Builder result = PublishResult.newBuilder().setCorrelationKey(event.getId());
        try {
            if (!event.getSchemaId().equals(schema.id())) {
                throw new IOException("The schema ID is not that of the topic");
            }
            Map<String, Object> fields = schema.decoded(event.getPayload().toByteArray());
            faults.meet(schema.object().name(), fields);
            return result.setReplayId(
                            ReplayId.of(
                                    org.publish(
                                                    schema.object().name(),
                                                    fields,
                                                    SimulatedOrg.USER_ID)
                                            .replay()))
                    .build();
        } catch (IOException | SaveRefusedException e) {
            return result.setError(
                            Error.newBuilder().setCode(ErrorCode.PUBLISH).setMsg(e.getMessage()))
                    .build();
        }
    }

    private EventSchema schema(String id) {
        return topics.values().stream()
                .filter(schema -> schema.id().equals(id))
                .findFirst()
                .orElse(null);
    }
}
