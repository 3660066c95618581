package org.coexhub.outbound.send;

import org.coexhub.outbound.command.SendCommand;

import java.time.Instant;

/** Is told when Meta takes a window for closed that the hub took for open. */
@FunctionalInterface
public interface ClosedWindows {

    /**
     * Notes that the window of the command's recipient was closed.
     *
     * @param at when Meta was asked
     * @return whether the window counts as closed now; not where the customer has just written
     */
    boolean note(SendCommand command, Instant at);
}
