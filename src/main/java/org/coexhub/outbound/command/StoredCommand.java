package org.coexhub.outbound.command;

import com.fasterxml.jackson.annotation.JsonInclude;

import org.coexhub.event.Wamid;

import java.time.Instant;
import java.util.Locale;

/**
 * A command as the store has it.
 *
 * @param seq place in the order of acceptance
 * @param reason why it is in this state; null where the state says enough
 * @param errorCode Meta's code of the refusal or failure; null when there was none
 * @param wamid null until Meta's answer or a status has told it
 * @param waId the recipient's phone number as Meta knows it; null until told
 * @param userId the recipient's business-scoped id as Meta knows it; null until told
 * @param attempts how often Graph was called
 * @param fallback its fallback template goes out in place of the message; {@code command} is that template then
 * @param resent the one resend after an unknown outcome has been used
 * @param waitsFor what it waits for; null for nothing
 * @param wakeAt when the hub looks at it again by itself; null for never
 * @param announced its latest outcome has been told as an event
 * @param calledAt when the latest call to Graph began; null before, and where nobody wrote it down
 */
public record StoredCommand(
        CommandId id,
        long seq,
        SendCommand command,
        CommandState state,
        String reason,
        Integer errorCode,
        String errorDetail,
        Wamid wamid,
        String waId,
        String userId,
        int attempts,
        boolean fallback,
        boolean resent,
        Wait waitsFor,
        Instant wakeAt,
        boolean announced,
        Instant acceptedAt,
        Instant calledAt,
        Instant changedAt) {

    /** The same command with its fallback template in place of the message. */
    public StoredCommand asFallback() {
        return new StoredCommand(
                id,
                seq,
                command.asFallback(),
                state,
                reason,
                errorCode,
                errorDetail,
                wamid,
                waId,
                userId,
                attempts,
                true,
                resent,
                waitsFor,
                wakeAt,
                announced,
                acceptedAt,
                calledAt,
                changedAt);
    }

    /** What a waiting command waits for. */
    public enum Wait {
        /** Meta asked to come later, or could not be reached; or an unknown outcome may still become known. */
        RETRY,
        /** An earlier command of the same recipient. */
        EARLIER,
        /** Its business number, which Meta lets send nothing. */
        NUMBER,
        /** The customer's next message, which opens the window. */
        WINDOW,
        /** Its place in the backlog, for its number's next free slot. */
        LIMIT,
        /** A person, to release sending after a backup was restored. */
        RESTORED;

        public String column() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Wait ofColumn(String column) {
            return column == null ? null : valueOf(column.toUpperCase(Locale.ROOT));
        }
    }

    /** One step of a command's life. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Transition(CommandState state, Instant at, String reason) {}
}
