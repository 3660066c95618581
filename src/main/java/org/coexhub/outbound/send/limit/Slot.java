package org.coexhub.outbound.send.limit;

import org.coexhub.event.PhoneNumberId;

import java.time.Instant;

/**
 * One of the messages a number may send in a second.
 *
 * @param index place among the number's slots
 * @param freeAt not to be used before
 * @param holder command it is kept for, or turn that uses it; null for none
 */
record Slot(PhoneNumberId number, int index, Instant freeAt, String holder) {

    Slot heldBy(String newHolder) {
        return new Slot(number, index, freeAt, newHolder);
    }
}
