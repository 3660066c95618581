package org.coexhub.connector.salesforce.pubsub;

import io.grpc.Metadata;
import io.grpc.Status;

import java.io.IOException;
import java.util.Locale;

/**
 * The reason why a stream is over.
 *
 * @param code Salesforce's own error code, or gRPC's status where there is none
 * @param detail what the server said; names no customer
 */
record StreamFault(Kind kind, String code, String detail) {

    /** What is to be done about it. */
    enum Kind {
        /** The server ended it in good order: a new one. */
        ENDED,
        /** The session is over: a new login first. */
        SESSION,
        /** The position is unknown to Salesforce: older than its retention, or of another org. */
        POSITION,
        /** Nothing was heard for longer than there can be silence: a new one. */
        SILENT,
        /** Anything else: later again. */
        FAILED;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static final StreamFault ENDED = new StreamFault(Kind.ENDED, "completed", "");
    static final StreamFault SILENT = new StreamFault(Kind.SILENT, "silent", "");

    /** Other trailers are left alone: some are binary, and of no use here. */
    private static final Metadata.Key<String> ERROR_CODE =
            Metadata.Key.of("error-code", Metadata.ASCII_STRING_MARSHALLER);

    private static final String AUTH = "sfdc.platform.eventbus.grpc.service.auth.";
    private static final String REPLAY_ID =
            "sfdc.platform.eventbus.grpc.subscription.fetch.replayid.";

    /** The channel is not there, or not for the hub's user. */
    boolean isOfTheChannel() {
        return code.contains(".topic.") || code.equals("permission_denied");
    }

    static StreamFault of(Throwable failure) {
        Status status = Status.fromThrowable(failure);
        Metadata trailers = Status.trailersFromThrowable(failure);
        String given = trailers == null ? null : trailers.get(ERROR_CODE);
        String code = given == null ? status.getCode().name().toLowerCase(Locale.ROOT) : given;
        String detail = status.getDescription() == null ? "" : status.getDescription();
        if (code.startsWith(AUTH) || status.getCode() == Status.Code.UNAUTHENTICATED) {
            return new StreamFault(Kind.SESSION, code, detail);
        }
        if (code.startsWith(REPLAY_ID)) {
            return new StreamFault(Kind.POSITION, code, detail);
        }
        return new StreamFault(Kind.FAILED, code, detail);
    }

    /** A failure in words, for log and health. */
    static String reason(Throwable e) {
        return e instanceof IOException && e.getMessage() != null
                ? e.getMessage()
                : e.getClass().getSimpleName() + ": " + e.getMessage();
    }
}
