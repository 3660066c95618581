package org.coexhub.outbound.command;

import org.coexhub.event.Wamid;

import java.time.Instant;

/**
 * A delivery status as a webhook told it.
 *
 * @param command the command id that came back as callback data; null when there was none or it is not the hub's
 * @param wamid the message
 * @param status Meta's word; one not known today changes nothing
 * @param at Meta's time of it
 * @param errorCode Meta's error code of a failed message; null otherwise
 * @param reason short name of the failure; null otherwise
 */
public record StatusSeen(
        CommandId command,
        Wamid wamid,
        String status,
        Instant at,
        Integer errorCode,
        String reason) {}
