package org.coexhub.delivery.operation;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;

import java.time.Instant;
import java.util.Locale;

/**
 * The progress of an operation.
 *
 * @param name the destination; {@value #SEVERAL} where it is not one alone
 * @param by who asked for it
 * @param matched how many were found so far that are meant
 * @param done with how many of them it was done
 * @param failed with how many it could not be done, because somebody else took them meanwhile
 * @param reason why it ended before it was done; null: it did not
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Operation(
        String id,
        String kind,
        String name,
        String by,
        State state,
        long matched,
        long done,
        long failed,
        Instant startedAt,
        Instant endedAt,
        String reason) {

    static final String SEVERAL = "*";

    /** Running until it has one of the ends. */
    public enum State {
        RUNNING,
        DONE,
        /** By an operator's order. */
        CANCELLED,
        /** What it works on is not there any more. */
        STOPPED,
        /** For a fault of the hub's own. */
        FAILED;

        @JsonValue
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        static State of(String wireName) {
            return valueOf(wireName.toUpperCase(Locale.ROOT));
        }
    }

    @JsonIgnore
    public boolean isRunning() {
        return state == State.RUNNING;
    }
}
