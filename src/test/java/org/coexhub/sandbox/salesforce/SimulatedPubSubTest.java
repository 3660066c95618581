package org.coexhub.sandbox.salesforce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.salesforce.eventbus.protobuf.ConsumerEvent;
import com.salesforce.eventbus.protobuf.FetchRequest;
import com.salesforce.eventbus.protobuf.FetchResponse;
import com.salesforce.eventbus.protobuf.ProducerEvent;
import com.salesforce.eventbus.protobuf.PublishRequest;
import com.salesforce.eventbus.protobuf.ReplayPreset;
import com.salesforce.eventbus.protobuf.SchemaRequest;
import com.salesforce.eventbus.protobuf.TopicInfo;
import com.salesforce.eventbus.protobuf.TopicRequest;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.coexhub.sandbox.salesforce.org.BusEvent;
import org.coexhub.sandbox.salesforce.org.SimulatedOrg;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The Pub/Sub API by its documentation: topics, schemas, flow control, replay, keep-alives, ends and errors. */
class SimulatedPubSubTest extends SimulatedSalesforceFixture {
    private static final String TOPIC = PubSubClient.TOPIC;
    private PubSubClient pubSub;

    @BeforeEach
    void open() {
        pubSub = new PubSubClient(salesforce, client.token(), SimulatedOrg.ID);
    }

    @AfterEach
    void hangUp() {
        pubSub.close();
    }

    @Test
    void eventsComeAsAvroOfTheTopicsSchema() throws Exception {
        var stream = pubSub.subscribe(ReplayPreset.LATEST, 10);
        awaitSubscribed(stream);
        BusEvent published =
                org.publish("WhatsApp_Send__e", Map.of("Client_Ref__c", "r1", "Text__c", "Héllo"));

        FetchResponse response = stream.nextWithEvents();
        ConsumerEvent event = response.getEvents(0);
        assertThat(event.getEvent().getId()).isEqualTo(published.id());
        assertThat(event.getReplayId()).isEqualTo(response.getLatestReplayId());
        GenericRecord record = decoded(event);
        assertThat(record.get("Client_Ref__c")).hasToString("r1");
        assertThat(record.get("Text__c")).hasToString("Héllo");
        assertThat(record.get("To__c")).isNull();
        assertThat(record.get("CreatedDate")).isEqualTo(published.at().toEpochMilli());
    }

    @Test
    void neverMoreThanAskedFor() throws Exception {
        publish(5);
        var stream = pubSub.subscribe(ReplayPreset.EARLIEST, 2);

        FetchResponse first = stream.next();
        assertThat(first.getEventsCount()).isEqualTo(2);
        assertThat(first.getPendingNumRequested()).isZero();
        stream.more(1);
        assertThat(refs(stream.next())).containsExactly("r2");
        publish(1);
        stream.more(10);
        FetchResponse last = stream.next();
        assertThat(refs(last)).containsExactly("r3", "r4", "r0");
        assertThat(last.getPendingNumRequested()).isEqualTo(7);
        assertThat(stream.rest()).isEmpty();
    }

    @Test
    void goesOnAfterAReplayId() throws Exception {
        publish(3);
        FetchResponse all = pubSub.subscribe(ReplayPreset.EARLIEST, 10).next();
        ByteString second = all.getEvents(1).getReplayId();

        assertThat(refs(pubSub.subscribeAfter(second, 10).next())).containsExactly("r2");
    }

    @Test
    void aReplayIdThatIsTooOldOrWasNeverGivenIsCorrupted() throws Exception {
        publish(1);
        ByteString old = pubSub.subscribe(ReplayPreset.EARLIEST, 1).next().getLatestReplayId();
        pass(Duration.ofHours(71));
        client.login();
        reopen();
        assertThat(refs(pubSub.subscribe(ReplayPreset.EARLIEST, 1).next())).containsExactly("r0");
        pass(Duration.ofMinutes(61));

        var tooOld = pubSub.subscribeAfter(old, 1);
        assertThat(tooOld.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(tooOld.errorCode()).isEqualTo("subscription.fetch.replayid.corrupted");
        assertThat(pubSub.subscribeAfter(ByteString.copyFromUtf8("nonsense"), 1).errorCode())
                .isEqualTo("subscription.fetch.replayid.corrupted");
        assertThat(pubSub.subscribeAfter(ByteString.EMPTY, 1).errorCode())
                .isEqualTo("subscription.fetch.replayid.validation.failed");
    }

    @Test
    void anIdleStreamIsKeptAliveWithANewReplayId() throws Exception {
        publish(1);
        var stream = pubSub.subscribe(ReplayPreset.EARLIEST, 2);
        ByteString ofEvent = stream.next().getLatestReplayId();
        for (int i = 0; i < 50; i++) {
            pass(Duration.ofMinutes(90)); // an idle session ends after two hours
            client.get(DATA + "/limits");
        }
        salesforce.faults().keepAliveEvery(Duration.ofMillis(4));
        FetchResponse keepAlive = stream.next();
        assertThat(keepAlive.getEventsCount()).isZero();
        assertThat(keepAlive.getPendingNumRequested()).isEqualTo(1);
        publish(1);
        assertThat(pubSub.subscribeAfter(ofEvent, 1).errorCode())
                .isEqualTo("subscription.fetch.replayid.corrupted");
        assertThat(refs(pubSub.subscribeAfter(keepAlive.getLatestReplayId(), 1).next()))
                .containsExactly("r0");
    }

    @Test
    void streamsEndNormallyOrWithAStatus() throws Exception {
        var completed = pubSub.subscribe(ReplayPreset.LATEST, 1);
        awaitSubscribed(completed);
        salesforce.faults().completeStreams();
        assertThat(completed.end()).isEqualTo(Status.OK);

        var cut = pubSub.subscribe(ReplayPreset.LATEST, 1);
        awaitSubscribed(cut);
        salesforce.faults().cutStreams(Status.INTERNAL.withDescription("RST_STREAM"));
        assertThat(cut.end().getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(cut.errorCode()).isEqualTo("subscription.internal.error");
    }

    @Test
    void anExpiredSessionEndsStreamsAndRefusesCalls() throws Exception {
        var stream = pubSub.subscribe(ReplayPreset.LATEST, 1);
        awaitSubscribed(stream);

        salesforce.faults().expireSessions();

        assertThat(stream.end().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(stream.errorCode()).isEqualTo("service.auth.error");
        assertThat(refusal(() -> topic(TOPIC))).endsWith("service.auth.error");
        client.login();
        reopen();
        assertThat(topic(TOPIC).getCanSubscribe()).isTrue();
    }

    @Test
    void asksForTokenInstanceAndTenant() {
        pubSub.close();
        pubSub = new PubSubClient(salesforce, client.token(), "00D000000000001AAA");
        assertThat(refusal(() -> topic(TOPIC))).endsWith("service.auth.error");
        pubSub.close();
        pubSub = new PubSubClient(salesforce, client.token(), "");
        assertThat(refusal(() -> topic(TOPIC))).endsWith("service.auth.headers.invalid");
    }

    @Test
    void refusesWhatMakesNoSense() throws Exception {
        assertThat(refusal(() -> topic("/event/Nothing__e"))).endsWith("topic.not.found");
        assertThat(refusal(() -> pubSub.blocking().getSchema(SchemaRequest.getDefaultInstance())))
                .endsWith("schema.validation.failed");
        assertThat(pubSub.subscribe(ReplayPreset.LATEST, 0).errorCode())
                .isEqualTo("subscription.fetch.requested.events.invalid");
        var stream = pubSub.subscribe(ReplayPreset.LATEST, 1);
        stream.send(
                FetchRequest.newBuilder()
                        .setTopicName("/event/WhatsApp_Send_Result__e")
                        .setNumRequested(1)
                        .build());
        assertThat(stream.errorCode()).isEqualTo("subscription.fetch.topic.mismatch");
    }

    @Test
    void publishesWhatItReceives() throws Exception {
        String topic = "/event/WhatsApp_Send_Result__e";
        String schemaId = topic(topic).getSchemaId();
        Schema schema = schema(schemaId);
        GenericRecord record = new GenericData.Record(schema);
        record.put("CreatedDate", 0L);
        record.put("CreatedById", "");
        record.put("Client_Ref__c", "r1");
        record.put("At__c", 1_795_165_200_000L);

        var response =
                pubSub.blocking()
                        .publish(
                                PublishRequest.newBuilder()
                                        .setTopicName(topic)
                                        .addEvents(produced("k1", schemaId, encoded(record)))
                                        .addEvents(produced("k2", schemaId, new byte[] {1, 2}))
                                        .build());

        assertThat(response.getResults(0).getCorrelationKey()).isEqualTo("k1");
        assertThat(response.getResults(0).getReplayId().size()).isEqualTo(10);
        assertThat(response.getResults(1).hasError()).isTrue();
        assertThat(salesforce.publishes())
                .singleElement()
                .satisfies(
                        event ->
                                assertThat(event.fields())
                                        .containsEntry("Client_Ref__c", "r1")
                                        .containsEntry("At__c", "2026-11-20T09:00:00.000+0000"));
    }

    private void publish(int number) {
        for (int i = 0; i < number; i++) {
            org.publish(TOPIC, Map.of("Client_Ref__c", "r" + i));
        }
    }

    /** A stream is open once something has come through it. */
    private void awaitSubscribed(PubSubClient.Stream stream) throws Exception {
        salesforce.faults().keepAliveEvery(Duration.ofMillis(20));
        stream.next();
        salesforce.faults().keepAliveEvery(Duration.ofSeconds(270));
    }

    private TopicInfo topic(String name) {
        return pubSub.blocking().getTopic(TopicRequest.newBuilder().setTopicName(name).build());
    }

    private Schema schema(String id) {
        return new Schema.Parser()
                .parse(
                        pubSub.blocking()
                                .getSchema(SchemaRequest.newBuilder().setSchemaId(id).build())
                                .getSchemaJson());
    }

    private List<String> refs(FetchResponse response) throws Exception {
        List<String> refs = new ArrayList<>();
        for (ConsumerEvent event : response.getEventsList()) {
            refs.add(decoded(event).get("Client_Ref__c").toString());
        }
        return refs;
    }

    private GenericRecord decoded(ConsumerEvent event) throws Exception {
        Schema schema = schema(event.getEvent().getSchemaId());
        byte[] payload = event.getEvent().getPayload().toByteArray();
        return new GenericDatumReader<GenericRecord>(schema)
                .read(null, DecoderFactory.get().binaryDecoder(payload, null));
    }

    private static byte[] encoded(GenericRecord record) throws Exception {
        var bytes = new ByteArrayOutputStream();
        var encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }

    private static ProducerEvent produced(String id, String schemaId, byte[] payload) {
        return ProducerEvent.newBuilder()
                .setId(id)
                .setSchemaId(schemaId)
                .setPayload(ByteString.copyFrom(payload))
                .build();
    }

    private static String refusal(Runnable call) {
        String[] code = new String[1];
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        error -> code[0] = PubSubClient.errorCode(error));
        return code[0];
    }

    private void reopen() {
        pubSub.close();
        open();
    }
}
