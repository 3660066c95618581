package org.coexhub.connector.salesforce.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.Status;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamFaultTest {

    @ParameterizedTest
    @CsvSource({
        "UNAUTHENTICATED, sfdc.platform.eventbus.grpc.service.auth.error, SESSION",
        "INVALID_ARGUMENT, sfdc.platform.eventbus.grpc.service.auth.refresh.invalid, SESSION",
        "UNAUTHENTICATED, , SESSION",
        "INVALID_ARGUMENT, sfdc.platform.eventbus.grpc.subscription.fetch.replayid.corrupted,"
                + " POSITION",
        "INVALID_ARGUMENT,"
                + " sfdc.platform.eventbus.grpc.subscription.fetch.replayid.validation.failed,"
                + " POSITION",
        "INVALID_ARGUMENT,"
                + " sfdc.platform.eventbus.grpc.subscription.fetch.requested.events.limit.exceeded,"
                + " FAILED",
        "UNAVAILABLE, , FAILED",
        "CANCELLED, , FAILED"
    })
    void saysWhatIsToBeDone(Status.Code status, String code, StreamFault.Kind kind) {
        var trailers = new Metadata();
        if (code != null) {
            trailers.put(text("error-code"), code);
        }

        StreamFault fault = StreamFault.of(status.toStatus().asRuntimeException(trailers));

        assertThat(fault.kind()).isEqualTo(kind);
    }

    @Test
    void isNotThrownOffByBinaryTrailers() {
        var trailers = new Metadata();
        trailers.put(
                Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER),
                new byte[] {1, 2, 3});
        trailers.put(text("error-code"), "sfdc.platform.eventbus.grpc.service.auth.error");

        StreamFault fault = StreamFault.of(Status.UNAUTHENTICATED.asRuntimeException(trailers));

        assertThat(fault.kind()).isEqualTo(StreamFault.Kind.SESSION);
    }

    private static Metadata.Key<String> text(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }
}
