package org.coexhub.outbound.command.intake;

import org.coexhub.outbound.command.Acceptance;
import org.coexhub.outbound.command.Caller;
import org.coexhub.outbound.command.CommandRefusedException;
import org.coexhub.outbound.command.store.Submission;

import java.util.List;
import java.util.Optional;
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
        queue(acceptance);
        return acceptance;
    }

    /**
     * A command that is to be handed in together with others.
     *
     * @throws CommandRefusedException as {@link CommandIntake#accept}, unless the key belongs to another command
     */
    public Submission check(byte[] json, String idempotencyKey, Caller caller) {
        return intake.check(json, idempotencyKey, caller);
    }

    /**
     * As for one, for all or none.
     *
     * @return for each in its place; empty where the key belongs to another command
     */
    public List<Optional<Acceptance>> submit(List<Submission> submissions) {
        List<Optional<Acceptance>> answers = intake.accept(submissions);
        answers.forEach(answer -> answer.ifPresent(this::queue));
        return answers;
    }

    private void queue(Acceptance acceptance) {
        if (acceptance.fresh() && acceptance.needsPointer()) {
            pointers.accept(acceptance);
        }
    }
}
