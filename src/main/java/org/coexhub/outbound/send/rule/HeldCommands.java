package org.coexhub.outbound.send.rule;

import org.coexhub.event.ConversationId;
import org.coexhub.event.HubEvent;
import org.coexhub.event.Origin;
import org.coexhub.inbound.eventlog.EventBatch;
import org.coexhub.outbound.command.store.CommandStore;
import org.coexhub.state.conversation.ConversationLookup;
import org.coexhub.state.conversation.PhoneCalls;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Step of the router: gives held commands their turn when their customer wrote or called; the rules judge them anew.
 *
 * <p><b>Why none is overlooked.</b> It runs after the router's store transaction has committed. A command that was held
 * before that moment is found here. One that is held afterwards was judged by a window that may have been open by then:
 * so its turn asks again once it is held, and sees what this transaction committed. If the process dies in between, the
 * journal message comes again, and so does this step.
 */
public final class HeldCommands {

    private final CommandStore commands;
    private final ConversationLookup windows;
    private final PhoneCalls calls;

    public HeldCommands(CommandStore commands, ConversationLookup windows, PhoneCalls calls) {
        this.commands = commands;
        this.windows = windows;
        this.calls = calls;
    }

    public void wake(EventBatch batch) {
        Set<ConversationId> written = new LinkedHashSet<>(calls.conversationsOf(batch));
        for (var item : batch.accepted()) {
            HubEvent event = item.event();
            if (event.origin() == Origin.CUSTOMER && event.conversation() != null) {
                written.add(event.conversation());
            }
        }
        if (!written.isEmpty()) {
            commands.wakeHeld(windows.keysOf(written));
        }
    }
}
