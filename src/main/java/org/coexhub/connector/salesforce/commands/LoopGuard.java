package org.coexhub.connector.salesforce.commands;

import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.store.CommandStore;

/**
 * Keeps what the hub caused in Salesforce from coming round as something to send. A Flow or trigger runs as the user whose
 * change set it off; so an event that the hub's own user created is the consequence of a message, status or contact that
 * the hub wrote. And a reference that only the hub can have made, a message id of Meta's or the id of a command, names a
 * message that has been sent already.
 */
final class LoopGuard {

    private final CommandStore commands;
    private final boolean acceptOwn;

    LoopGuard(CommandStore commands, boolean acceptOwn) {
        this.commands = commands;
        this.acceptOwn = acceptOwn;
    }

    /** @throws SendEventRefusedException it came round */
    void check(SendEvent event, boolean own) {
        if (own && !acceptOwn) {
            throw SendEventRefusedException.ofTheHub(
                    "the hub's own user published it, so a Flow or trigger did in consequence of"
                            + " what the hub wrote; where that is meant, set"
                            + " HUB_SALESFORCE_COMMANDS_ACCEPT_OWN=true");
        }
        String reference = event.clientRef();
        if (reference == null) {
            return;
        }
        if (reference.startsWith("wamid.")
                || CommandId.parse(reference).flatMap(commands::find).isPresent()) {
            throw SendEventRefusedException.ofTheHub(
                    "Client_Ref__c: names a message that was sent already; give the id of what this"
                            + " message is about");
        }
    }
}
