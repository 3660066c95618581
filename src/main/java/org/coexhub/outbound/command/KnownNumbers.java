package org.coexhub.outbound.command;

import org.coexhub.event.PhoneNumberId;

/** Knows the business numbers that may send: those a webhook has shown, and those that were configured. */
@FunctionalInterface
public interface KnownNumbers {

    boolean isKnown(PhoneNumberId number);

    /** @throws CommandRefusedException nobody knows the number */
    default void require(PhoneNumberId number) {
        if (!isKnown(number)) {
            throw CommandRefusedException.unknownNumber();
        }
    }
}
