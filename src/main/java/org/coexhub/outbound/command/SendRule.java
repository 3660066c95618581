package org.coexhub.outbound.command;

import java.time.Instant;

/**
 * A rule before sending: one reason why a command may not go out now. Rules are asked in order at the command's turn,
 * every time anew.
 */
@FunctionalInterface
public interface SendRule {

    /** {@link Verdict#GO} unless this rule has something against it. */
    Verdict judge(StoredCommand command, Instant now);

    /** What a rule says. */
    sealed interface Verdict {

        Verdict GO = new Go();

        /** Nothing against it. */
        record Go() implements Verdict {}

        /**
         * Never.
         *
         * @param reason one of the contract's words
         * @param detail what exactly is wrong, and the remedy; null where the reason says enough
         */
        record Reject(String reason, String detail) implements Verdict {
            public Reject(String reason) {
                this(reason, null);
            }
        }

        /**
         * Too late.
         *
         * @param reason what it was waiting for, or just that its time was up
         */
        record Expire(String reason) implements Verdict {}

        /** Not the message itself, but its fallback template; the rules that follow judge that one. */
        record Substitute() implements Verdict {}

        /**
         * Not before the customer's next message, which opens the window.
         *
         * @param windowKey names the customer, see {@link org.coexhub.outbound.command.store.CommandStore#holdForWindow}
         * @param until when the rules are asked again though nothing happened
         */
        record Hold(String windowKey, Instant until) implements Verdict {}

        /** Not before that time; the rules are asked again then. */
        record Wait(Instant until) implements Verdict {}
    }
}
