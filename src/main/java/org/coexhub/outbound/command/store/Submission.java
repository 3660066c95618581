package org.coexhub.outbound.command.store;

import org.coexhub.outbound.command.Caller;
import org.coexhub.outbound.command.IdempotencyKey;
import org.coexhub.outbound.command.SendCommand;

/**
 * A command in valid form, handed in under a key, that is still to be stored.
 *
 * @param body the command as it is kept, in JSON
 * @param hash of that JSON, whatever the order and spelling of its members
 * @param caller whose key it is
 */
public record Submission(
        SendCommand command, String body, String hash, IdempotencyKey key, Caller caller) {}
