package org.coexhub.outbound.send;

import java.time.Instant;

/**
 * Knows which calls to Graph were made by processes that have ended. With the embedded broker these are all from before this
 * process began: it locks its data directory, so no other lives. With a broker that nodes share none is known to have ended.
 *
 * @param before by the store's clock; {@link Instant#EPOCH} where nothing is known
 */
record EndedProcesses(Instant before) {

    static final EndedProcesses UNKNOWN = new EndedProcesses(Instant.EPOCH);

    boolean called(Instant at) {
        return at.isBefore(before);
    }

    boolean areKnown() {
        return before.isAfter(Instant.EPOCH);
    }
}
