package org.coexhub.outbound.command.intake;

import org.coexhub.outbound.command.Acceptance;
import org.coexhub.outbound.command.Caller;
import org.coexhub.outbound.command.CommandRefusedException;

import java.util.function.Consumer;

/** The way in for callers inside the hub: accepts a command and sees to its pointer on the send queue. */
public final class CommandGate {

    private final CommandIntake intake;
    private final Consumer<Acceptance> pointers;

    /** @param pointers puts the pointer of a new command on the send queue, now or soon */
    public CommandGate(CommandIntake intake, Consumer<Acceptance> pointers) {
        this.intake = intake;
        this.pointers = pointers;
    }

    /**
     * Returns once the command is durable. Whether its pointer is queued as well does not matter to the caller: a
     * command without one is found by the sweeper.
     *
     * @throws CommandRefusedException as {@link CommandIntake#accept}
     */
    public Acceptance submit(byte[] json, String idempotencyKey, Caller caller) {
        Acceptance acceptance = intake.accept(json, idempotencyKey, caller);
        if (acceptance.fresh() && acceptance.needsPointer()) {
            pointers.accept(acceptance);
        }
        return acceptance;
    }
}
