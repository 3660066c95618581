package org.coexhub.outbound.send;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.outbound.command.CommandId;

/** Knows whether everything Meta has delivered about a conversation so far is in the store. */
@FunctionalInterface
public interface CatchUp {

    /**
     * Waits a little for the router if it has to. A command that is told no asks again.
     *
     * @param command whose turn it is
     * @param toDigits the customer's phone number, or null
     * @param bsuid the customer's business-scoped id, or null
     * @return false when the router is behind, so that nothing may be concluded from the store
     */
    boolean reached(CommandId command, PhoneNumberId from, String toDigits, String bsuid);
}
