package org.coexhub.outbound.command;

import org.coexhub.event.Wamid;
import org.coexhub.outbound.command.StoredCommand.Wait;

import java.time.Instant;

/**
 * The values that a transition writes besides the state itself; whatever is null leaves the command without it, except
 * wamid and recipient, which are never forgotten.
 */
public record TransitionDetails(
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
    public static final TransitionDetails NONE =
            new TransitionDetails(
                    null, null, null, null, null, null, null, null, false, false, false);

    public static TransitionDetails because(String reason) {
        return new TransitionDetails(
                reason, null, null, null, null, null, null, null, false, false, false);
    }

    public static TransitionDetails refused(String reason, Integer code, String detail) {
        String kept =
                detail == null || detail.length() <= DETAIL_LENGTH
                        ? detail
                        : detail.substring(0, DETAIL_LENGTH);
        String storable = kept == null ? null : kept.replace('\u0000', ' ');
        return new TransitionDetails(
                reason, code, storable, null, null, null, null, null, false, false, false);
    }

    public static TransitionDetails sent(Wamid wamid, String waId, String userId) {
        return new TransitionDetails(
                null, null, null, wamid, waId, userId, null, null, false, false, false);
    }

    /** The hub comes back to the command at that time unless something else moves it before. */
    public TransitionDetails wakingAt(Wait waitFor, Instant at) {
        return new TransitionDetails(
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
    public TransitionDetails asAttempt() {
        return new TransitionDetails(
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
    public TransitionDetails asFallback() {
        return new TransitionDetails(
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
    public TransitionDetails asResend() {
        return new TransitionDetails(
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
