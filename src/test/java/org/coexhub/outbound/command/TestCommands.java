package org.coexhub.outbound.command;

import org.coexhub.outbound.command.intake.CommandGate;
import org.coexhub.outbound.command.intake.CommandIntake;
import org.coexhub.outbound.command.store.CommandSchedule;
import org.coexhub.outbound.command.store.CommandStore;
import org.coexhub.outbound.command.validation.CommandForm;
import org.coexhub.outbound.command.validation.CommandJson;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Commands for tests of other packages, in JSON with single quotes. */
public final class TestCommands {

    private TestCommands() {}

    public static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    public static SendCommand command(String text) {
        return CommandForm.check(CommandJson.read(json(text)));
    }

    /** Takes the command in as a REST call does, its pointer to that queue. */
    public static Acceptance submit(
            CommandStore store,
            CommandSchedule schedule,
            SendQueue queue,
            String key,
            String text) {
        return gate(store, schedule, queue).submit(json(text), key, Caller.API);
    }

    /** The way in for callers inside the hub. */
    public static CommandGate gate(CommandStore store, CommandSchedule schedule, SendQueue queue) {
        return new CommandGate(
                new CommandIntake(store, store::accept, (first, number) -> {}, number -> true),
                acceptance -> schedule.enqueue(queue, List.of(acceptance)));
    }
}
