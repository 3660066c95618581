package org.coexhub.outbound.command;

import org.coexhub.event.PhoneNumberId;

/**
 * Asks whether a number may send before its command is handed in, for sources that hand in by a queue: afterwards nobody is
 * left whom a refusal could be told.
 */
@FunctionalInterface
public interface SenderCheck {

    /** @throws CommandRefusedException nobody knows the number, and the command is no repetition of one that was accepted */
    void require(PhoneNumberId from, String idempotencyKey, Caller caller);
}
