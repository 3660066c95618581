package org.coexhub.outbound.send;

import org.coexhub.outbound.command.CommandOptions;
import org.coexhub.outbound.command.Recipient;
import org.coexhub.outbound.command.SendRule;
import org.coexhub.outbound.command.SendRule.Verdict;
import org.coexhub.outbound.command.StoredCommand;
import org.coexhub.outbound.send.echo.EchoGate;
import org.coexhub.platform.graph.GraphSettings;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Applies the rules before sending in their order: what ends a command for good comes before what lets it wait. Whether
 * a person has the conversation is asked twice: early, so that a bot's message is not held for a window, and last, as
 * late as can be, after the router was waited for.
 */
final class SendPolicy {

    /** How long a bot waits before it asks again for a router that is behind. */
    private static final Duration ROUTER_BEHIND = Duration.ofMillis(750);

    /** How long a bot waits before it asks again whether a person has written. */
    private static final Duration ECHO_UNDECIDED = Duration.ofSeconds(1);

    private final List<SendRule> rules;

    SendPolicy(List<SendRule> rules) {
        this.rules = List.copyOf(rules);
    }

    /** {@link Verdict.Go}, {@link Verdict.Substitute} when nothing is against the fallback template, or what is. */
    Verdict judge(StoredCommand command, Instant now) {
        StoredCommand judged = command;
        Verdict passed = Verdict.GO;
        for (SendRule rule : rules) {
            Verdict verdict = rule.judge(judged, now);
            switch (verdict) {
                case Verdict.Go go -> {}
                case Verdict.Substitute substitute -> {
                    judged = judged.asFallback();
                    passed = substitute;
                }
                default -> {
                    return verdict;
                }
            }
        }
        return passed;
    }

    /** What nothing else has to be asked for. */
    boolean isExpired(StoredCommand command, Instant now) {
        return expiry().judge(command, now) instanceof Verdict.Expire;
    }

    static SendRule expiry() {
        return (command, now) -> {
            Instant end = command.command().options().expiresAt();
            return end == null || now.isBefore(end) ? Verdict.GO : new Verdict.Expire("expired");
        };
    }

    static SendRule token(GraphSettings settings) {
        return (command, now) ->
                settings.hasToken() ? Verdict.GO : new Verdict.Reject("no_access_token");
    }

    /** Makes sure that the rules which follow know of everything Meta has delivered. */
    static SendRule catchUp(CatchUp router) {
        return (command, now) -> {
            Recipient to = command.command().recipient();
            boolean known =
                    !talksAsBot(command)
                            || router.reached(
                                    command.id(),
                                    command.command().from(),
                                    to.digits(),
                                    to.bsuid());
            return known ? Verdict.GO : new Verdict.Wait(now.plus(ROUTER_BEHIND));
        };
    }

    /** Receipts name no recipient and say nothing, so nobody is talked over; groups have no bot to pause. */
    private static boolean talksAsBot(StoredCommand command) {
        Recipient to = command.command().recipient();
        boolean bot = command.command().options().source() == CommandOptions.Source.BOT;
        return bot && to != null && !to.group();
    }

    /** A bot waits while it is not known whether a person has just written. */
    static SendRule undecidedEcho(EchoGate echoes) {
        return (command, now) -> {
            Recipient to = command.command().recipient();
            boolean waits =
                    talksAsBot(command)
                            && echoes.isUndecided(
                                    command.command().from(), to.digits(), to.bsuid());
            return waits ? new Verdict.Wait(now.plus(ECHO_UNDECIDED)) : Verdict.GO;
        };
    }

    static SendRule takeover(TakeoverCheck takeover) {
        return (command, now) -> {
            if (!talksAsBot(command)) {
                return Verdict.GO;
            }
            Recipient to = command.command().recipient();
            boolean person =
                    takeover.personHasConversation(
                            command.command().from(),
                            to.digits(),
                            to.bsuid(),
                            command.acceptedAt());
            return person ? new Verdict.Reject("person_has_conversation") : Verdict.GO;
        };
    }
}
