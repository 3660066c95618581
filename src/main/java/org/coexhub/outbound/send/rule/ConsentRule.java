package org.coexhub.outbound.send.rule;

import org.coexhub.outbound.command.CommandOptions;
import org.coexhub.outbound.command.Recipient;
import org.coexhub.outbound.command.SendRule;
import org.coexhub.outbound.command.StoredCommand;
import org.coexhub.outbound.template.Template;
import org.coexhub.outbound.template.Templates;
import org.coexhub.state.consent.Consent;
import org.coexhub.state.consent.Decision;
import org.coexhub.state.consent.Decision.Marketing;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

import java.time.Instant;

/**
 * Refuses marketing to a customer who stopped it. Marketing is what a campaign sends, whatever it is, and every
 * template of that category, whoever sends it. A template whose category is not known here is left to Meta, which
 * refuses it itself.
 */
@Component
@Order(ConsentRule.ORDER)
class ConsentRule implements SendRule {

    /** After the window, which decides what goes out. */
    static final int ORDER = 300;

    private final Consent consent;
    private final Templates templates;

    ConsentRule(Consent consent, Templates templates) {
        this.consent = consent;
        this.templates = templates;
    }

    @Override
    public Verdict judge(StoredCommand command, Instant now) {
        Recipient to = command.command().recipient();
        if (to == null || to.group() || !isMarketing(command)) {
            return Verdict.GO;
        }
        return consent.standing(command.command().from(), to.digits(), to.bsuid())
                .filter(decision -> decision.marketing() == Marketing.STOPPED)
                .<Verdict>map(ConsentRule::refuse)
                .orElse(Verdict.GO);
    }

    private boolean isMarketing(StoredCommand command) {
        return command.command().options().source() == CommandOptions.Source.CAMPAIGN
                || templates.usedBy(command.command()).filter(Template::isMarketing).isPresent();
    }

    private static Verdict.Reject refuse(Decision decision) {
        return new Verdict.Reject(
                "opted_out",
                "the customer stopped marketing messages at %s (%s): wait until they resume them"
                        .formatted(decision.at(), decision.cause()));
    }
}
