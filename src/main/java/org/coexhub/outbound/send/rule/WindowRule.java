package org.coexhub.outbound.send.rule;

import org.coexhub.event.ConversationId;
import org.coexhub.event.PhoneNumberId;
import org.coexhub.outbound.command.CommandOptions;
import org.coexhub.outbound.command.Recipient;
import org.coexhub.outbound.command.SendCommand;
import org.coexhub.outbound.command.SendRule;
import org.coexhub.outbound.command.StoredCommand;
import org.coexhub.state.conversation.ConversationLookup;
import org.springframework.core.annotation.Order;

import java.time.Instant;

/**
 * Lets only templates out while the window is closed. A command says itself what is to happen then: its fallback
 * template goes out; or it waits for the customer; or, when it says neither, it is refused. Where it says both, the
 * template goes.
 *
 * <p>Read receipts and typing indicators are no messages and need no window. Reactions are messages and need it.
 */
@Order(WindowRule.ORDER)
public final class WindowRule implements SendRule {

    /** Before the rules that judge the content: it decides which content goes out. */
    public static final int ORDER = 100;

    private static final String CLOSED = "window_closed";

    private static final String REMEDY =
            "the customer has not written or called within 24 hours: send a template, give one in"
                    + " hub.fallbackTemplate, or wait with hub.hold";

    private final ConversationLookup windows;
    private final WindowSettings settings;

    public WindowRule(ConversationLookup windows, WindowSettings settings) {
        this.windows = windows;
        this.settings = settings;
    }

    @Override
    public Verdict judge(StoredCommand stored, Instant now) {
        SendCommand command = stored.command();
        if (command.isReceipt() || command.isTemplate() || isOpen(command)) {
            return Verdict.GO;
        }
        if (command.options().fallbackTemplate() != null) {
            return new Verdict.Substitute();
        }
        if (!command.options().hold()) {
            return new Verdict.Reject(CLOSED, REMEDY);
        }
        Instant deadline = deadline(stored);
        return now.isBefore(deadline)
                ? new Verdict.Hold(key(command), deadline)
                : new Verdict.Expire(CLOSED);
    }

    private boolean isOpen(SendCommand command) {
        Recipient to = command.recipient();
        return to.group()
                ? windows.isOpen(ConversationId.ofGroup(command.from(), to.to()))
                : windows.isOpen(command.from(), to.digits(), to.bsuid());
    }

    private String key(SendCommand command) {
        PhoneNumberId from = command.from();
        Recipient to = command.recipient();
        return to.group()
                ? ConversationId.ofGroup(from, to.to()).value()
                : windows.keyOf(from, to.digits(), to.bsuid());
    }

    private Instant deadline(StoredCommand stored) {
        CommandOptions options = stored.command().options();
        if (options.expiresAt() != null) {
            return options.expiresAt();
        }
        boolean later = options.sendAt() != null && options.sendAt().isAfter(stored.acceptedAt());
        return (later ? options.sendAt() : stored.acceptedAt()).plus(settings.hold());
    }
}
