package org.coexhub.sandbox.salesforce.pubsub;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** An error as the Pub/Sub API tells it: a gRPC status, and in the trailers the code by which clients tell errors apart. */
enum BusError {
    UNAVAILABLE(
            Status.UNAVAILABLE, "service.unavailable", "The Pub/Sub API service is unavailable."),
    INTERNAL(Status.INTERNAL, "subscription.internal.error", "An internal error occurred."),
    AUTH(Status.UNAUTHENTICATED, "service.auth.error", "An authentication exception occurred."),
    AUTH_HEADERS(
            Status.UNAUTHENTICATED,
            "service.auth.headers.invalid",
            "An authentication header is missing or blank."),
    TOPIC_EMPTY(Status.INVALID_ARGUMENT, "topic.validation.empty", "The topic name is blank."),
    TOPIC_NOT_FOUND(Status.NOT_FOUND, "topic.not.found", "The topic was not found."),
    TOPIC_MISMATCH(
            Status.INVALID_ARGUMENT,
            "subscription.fetch.topic.mismatch",
            "The topic must be the same in every fetch request of a stream."),
    SCHEMA_INVALID(
            Status.INVALID_ARGUMENT, "schema.validation.failed", "The schema ID is not valid."),
    REQUESTED_INVALID(
            Status.INVALID_ARGUMENT,
            "subscription.fetch.requested.events.invalid",
            "The number of requested events must be greater than zero."),
    REPLAY_MISSING(
            Status.INVALID_ARGUMENT,
            "subscription.fetch.replayid.validation.failed",
            "A replay ID is required with the CUSTOM replay preset."),
    REPLAY_CORRUPTED(
            Status.INVALID_ARGUMENT,
            "subscription.fetch.replayid.corrupted",
            "The Replay ID validation failed. Ensure that the Replay ID is valid."),
    PUBLISH_NOTHING(
            Status.INVALID_ARGUMENT,
            "publish.event.count.invalid",
            "The publish request has no events."),
    PUBLISH_TOPIC_EMPTY(
            Status.INVALID_ARGUMENT, "publish.topic.validation.empty", "The topic name is blank."),
    PUBLISH_TOPIC_MISMATCH(
            Status.INVALID_ARGUMENT,
            "publish.topic.mismatch",
            "The topic must be the same in every request of a stream.");

    private static final String PREFIX = "sfdc.platform.eventbus.grpc.";
    private static final Metadata.Key<String> ERROR_CODE =
            Metadata.Key.of("error-code", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> RPC_ID =
            Metadata.Key.of("rpc-id", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<byte[]> DETAILS =
            Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

    private final Status status;
    private final String code;
    private final String message;

    BusError(Status status, String code, String message) {
        this.status = status;
        this.code = code;
        this.message = message;
    }

    /** The status with its trailers, as {@code onError} takes it. */
    StatusRuntimeException with(boolean binaryTrailer) {
        return error(status, PREFIX + code, message, binaryTrailer);
    }

    /** The error that goes with a status that somebody chose; a status of no meaning here has no code. */
    static StatusRuntimeException of(Status wanted, boolean binaryTrailer) {
        String code =
                switch (wanted.getCode()) {
                    case UNAVAILABLE -> PREFIX + UNAVAILABLE.code;
                    case INTERNAL -> PREFIX + INTERNAL.code;
                    case UNAUTHENTICATED -> PREFIX + AUTH.code;
                    default -> null;
                };
        return error(wanted, code, String.valueOf(wanted.getDescription()), binaryTrailer);
    }

    private static StatusRuntimeException error(
            Status status, String code, String message, boolean binaryTrailer) {
        String rpcId = UUID.randomUUID().toString();
        Metadata trailers = new Metadata();
        trailers.put(RPC_ID, rpcId);
        if (code != null) {
            trailers.put(ERROR_CODE, code);
        }
        if (binaryTrailer) {
            trailers.put(DETAILS, message.getBytes(StandardCharsets.UTF_8));
        }
        return status.withDescription(message + " rpcId: " + rpcId).asRuntimeException(trailers);
    }
}
