package org.coexhub.command;

import org.coexhub.command.StoredCommand.Wait;
import org.coexhub.event.Wamid;

import java.time.Instant;

/**
 * What a transition writes besides the state itself; whatever is null leaves the command without it, except wamid and
 * recipient, which are never forgotten.
 */
public record Change(
        String reason,
        Integer errorCode,
        String errorDetail,
        Wamid wamid,
        String waId,
        String userId,
        Wait waitsFor,
        Instant wakeAt,
        boolean attempt,
        boolean fallback,
        boolean resent) {

    private static final int DETAIL_LENGTH = 1000;

    /** Nothing but the new state. */
    public static final Change NONE =
            new Change(null, null, null, null, null, null, null, null, false, false, false);

    public static Change because(String reason) {
        return new Change(reason, null, null, null, null, null, null, null, false, false, false);
    }

    public static Change refused(String reason, Integer code, String detail) {
        String kept =
                detail == null || detail.length() <= DETAIL_LENGTH
                        ? detail
                        : detail.substring(0, DETAIL_LENGTH);
        String storable = kept == null ? null : kept.replace('\u0000', ' ');
        return new Change(
                reason, code, storable, null, null, null, null, null, false, false, false);
    }

    public static Change sent(Wamid wamid, String waId, String userId) {
        return new Change(null, null, null, wamid, waId, userId, null, null, false, false, false);
    }

    /** The hub comes back to the command at that time unless something else moves it before. */
    public Change wakingAt(Wait waitFor, Instant at) {
        return new Change(
                reason,
                errorCode,
                errorDetail,
                wamid,
                waId,
                userId,
                waitFor,
                at,
                attempt,
                fallback,
                resent);
    }

    /** This transition begins a call to Graph. */
    public Change asAttempt() {
        return new Change(
                reason,
                errorCode,
                errorDetail,
                wamid,
                waId,
                userId,
                waitsFor,
                wakeAt,
                true,
                fallback,
                resent);
    }

    /** From this attempt on the fallback template goes out in place of the message. */
    public Change asFallback() {
        return new Change(
                "fallback_template",
                errorCode,
                errorDetail,
                wamid,
                waId,
                userId,
                waitsFor,
                wakeAt,
                attempt,
                true,
                resent);
    }

    /** This transition uses up the one resend after an unknown outcome. */
    public Change asResend() {
        return new Change(
                reason,
                errorCode,
                errorDetail,
                wamid,
                waId,
                userId,
                waitsFor,
                wakeAt,
                attempt,
                fallback,
                true);
    }
}
