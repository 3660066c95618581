package org.coexhub.connector.salesforce.pubsub;

import com.google.protobuf.ByteString;
import com.salesforce.eventbus.protobuf.PubSubGrpc;
import com.salesforce.eventbus.protobuf.ReplayPreset;
import com.salesforce.eventbus.protobuf.SchemaRequest;

import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;

import org.apache.avro.Schema;
import org.coexhub.connector.salesforce.client.SalesforceSettings;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The Pub/Sub API of the org, as one thread uses it. */
final class PubSubClient implements AutoCloseable {

    /** A hundred events may come in one response. */
    private static final int LARGEST_RESPONSE = 64 * 1024 * 1024;

    private static final int TIMEOUT_SECONDS = 20;

    private static final Metadata.Key<String> TOKEN = key("accesstoken");
    private static final Metadata.Key<String> INSTANCE = key("instanceurl");
    private static final Metadata.Key<String> TENANT = key("tenantid");

    private final SalesforceLogin login;
    private final ManagedChannel server;
    private final Map<String, Schema> schemas = new HashMap<>();

    PubSubClient(SalesforceSettings org, PubSubSettings settings) {
        login = new SalesforceLogin(org);
        ManagedChannelBuilder<?> builder =
                ManagedChannelBuilder.forAddress(settings.pubSubHost(), settings.pubSubPort())
                        .maxInboundMessageSize(LARGEST_RESPONSE);
        if (settings.pubSubPlainText()) {
            builder.usePlaintext();
        }
        server = builder.build();
    }

    /** @throws IOException there is no login to be had */
    EventStream subscribe(String channel, ReplayPreset preset, ByteString after)
            throws IOException {
        // Whoever subscribes has waited; gRPC would wait up to two minutes more by itself.
        server.resetConnectBackoff();
        var stub = PubSubGrpc.newStub(server).withInterceptors(credentials());
        return EventStream.open(stub, channel, preset, after);
    }

    /** There is no such schema, says Salesforce; asking again will hardly help. */
    static final class SchemaRefusedException extends IOException {

        private SchemaRefusedException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * @throws SchemaRefusedException there is none
     * @throws IOException it cannot be had now
     */
    Schema schema(String id) throws IOException {
        Schema known = schemas.get(id);
        if (known != null) {
            return known;
        }
        try {
            String text =
                    PubSubGrpc.newBlockingStub(server)
                            .withInterceptors(credentials())
                            .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                            .getSchema(SchemaRequest.newBuilder().setSchemaId(id).build())
                            .getSchemaJson();
            Schema schema = new Schema.Parser().parse(text);
            schemas.put(id, schema);
            return schema;
        } catch (StatusRuntimeException e) {
            StreamFault fault = StreamFault.of(e);
            if (fault.kind() == StreamFault.Kind.SESSION) {
                login.forget();
            }
            String why =
                    "the schema of an event cannot be had: " + fault.code() + " " + fault.detail();
            throw switch (e.getStatus().getCode()) {
                case NOT_FOUND, INVALID_ARGUMENT -> new SchemaRefusedException(why, e);
                default -> new IOException(why, e);
            };
        }
    }

    /** The user that the hub acts as; empty before the first login. */
    String userId() throws IOException {
        return login.session().userId();
    }

    void forgetSession() {
        login.forget();
    }

    private ClientInterceptor credentials() throws IOException {
        Session session = login.session();
        var metadata = new Metadata();
        metadata.put(TOKEN, session.accessToken());
        metadata.put(INSTANCE, session.instanceUrl());
        metadata.put(TENANT, session.orgId());
        return MetadataUtils.newAttachHeadersInterceptor(metadata);
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    @Override
    public void close() {
        server.shutdownNow();
        login.close();
    }
}
