package org.coexhub.outbound.send.rule;

import org.coexhub.outbound.command.SendRule;
import org.coexhub.outbound.command.StoredCommand;
import org.springframework.core.annotation.Order;

import java.time.Instant;

/**
 * Refuses a command that follows from too many others. Each event of a command carries one hop more than the command
 * had; whoever turns the event into a command passes that number on.
 */
@Order(HopRule.ORDER)
public final class HopRule implements SendRule {

    /** Before all that asks a store. */
    static final int ORDER = 10;

    private final int max;

    public HopRule(ProvenanceSettings settings) {
        this.max = settings.maxHops();
    }

    @Override
    public Verdict judge(StoredCommand command, Instant now) {
        int hops = command.command().options().hops();
        return hops <= max
                ? Verdict.GO
                : new Verdict.Reject(
                        "too_many_hops",
                        ("it follows from %d commands and %d are allowed: a system answers what it"
                                        + " caused itself; leave such events out, or raise"
                                        + " HUB_COMMAND_MAX_HOPS")
                                .formatted(hops, max));
    }
}
