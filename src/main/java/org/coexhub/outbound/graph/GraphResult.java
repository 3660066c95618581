package org.coexhub.outbound.graph;

import org.coexhub.event.Wamid;

import java.time.Duration;

/** The result of one call to Graph. */
public sealed interface GraphResult {

    /** What the answer told of the calls used so far. */
    default ApiUsage usage() {
        return ApiUsage.NONE;
    }

    /**
     * Graph took it.
     *
     * @param wamid null for receipts, which make no message
     * @param waId the recipient's phone number as Meta knows it; may be null
     * @param userId the recipient's business-scoped id; may be null
     */
    record Accepted(Wamid wamid, String waId, String userId, ApiUsage usage)
            implements GraphResult {

        public Accepted(Wamid wamid, String waId, String userId) {
            this(wamid, waId, userId, ApiUsage.NONE);
        }
    }

    /**
     * Graph answered that it did not take it.
     *
     * @param code Meta's error code; the HTTP status where the answer had none
     * @param subcode null when not given
     * @param coded whether the code is Meta's
     * @param traceId Meta's id for support; null when not given
     * @param retryAfter null when not given
     */
    record Refused(
            int code,
            Integer subcode,
            boolean coded,
            String details,
            String traceId,
            int httpStatus,
            Duration retryAfter,
            ApiUsage usage)
            implements GraphResult {

        public Refused(
                int code,
                Integer subcode,
                boolean coded,
                String details,
                String traceId,
                int httpStatus,
                Duration retryAfter) {
            this(code, subcode, coded, details, traceId, httpStatus, retryAfter, ApiUsage.NONE);
        }
    }

    /** Nobody knows whether Graph took it: the connection broke or the answer made no sense. */
    record Unknown(String cause) implements GraphResult {}

    /** Not one byte of it reached Graph. */
    record NotSent(String cause) implements GraphResult {}
}
