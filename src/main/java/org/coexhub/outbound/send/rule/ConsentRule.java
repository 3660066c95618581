package org.coexhub.outbound.send.rule;

import org.coexhub.outbound.command.CommandOptions;
import org.coexhub.outbound.command.Recipient;
import org.coexhub.outbound.command.SendCommand;
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
import java.util.Optional;

/**
 * Refuses marketing to a customer who stopped it. Marketing is what a campaign sends, whatever it is, and every
 * template of that category, whoever sends it. So is a template whose category is not known here: Meta, which knows it,
 * has not heard of a stop that was typed or told to an operator.
 */
@Component
@Order(ConsentRule.ORDER)
class ConsentRule implements SendRule {

    /** After the window, which decides what goes out. */
    static final int ORDER = 300;

    private static final String WAIT = "wait until they resume them";

    private static final String UNKNOWN_CATEGORY =
            "the hub does not know the template's category and takes it for marketing; give the"
                    + " access token the permission whatsapp_business_management, so that the hub"
                    + " can fetch the account's templates, or wait until the customer resumes them";

    private final Consent consent;
    private final Templates templates;

    ConsentRule(Consent consent, Templates templates) {
        this.consent = consent;
        this.templates = templates;
    }

    @Override
    public Verdict judge(StoredCommand command, Instant now) {
        Recipient to = command.command().recipient();
        Kind kind = to == null || to.group() ? Kind.OTHER : kindOf(command.command());
        if (kind == Kind.OTHER) {
            return Verdict.GO;
        }
        return consent.standing(command.command().from(), to.digits(), to.bsuid())
                .filter(decision -> decision.marketing() == Marketing.STOPPED)
                .<Verdict>map(decision -> refuse(decision, kind))
                .orElse(Verdict.GO);
    }

    private enum Kind {
        MARKETING,
        UNKNOWN,
        OTHER
    }

    private Kind kindOf(SendCommand command) {
        if (command.options().source() == CommandOptions.Source.CAMPAIGN) {
            return Kind.MARKETING;
        }
        if (!command.isTemplate()) {
            return Kind.OTHER;
        }
        Optional<Template> known =
                templates.usedBy(command).filter(template -> template.category() != null);
        return known.map(template -> template.isMarketing() ? Kind.MARKETING : Kind.OTHER)
                .orElse(Kind.UNKNOWN);
    }

    private static Verdict.Reject refuse(Decision decision, Kind kind) {
        return new Verdict.Reject(
                "opted_out",
                "the customer stopped marketing messages at %s (%s): %s"
                        .formatted(
                                decision.at(),
                                decision.cause(),
                                kind == Kind.UNKNOWN ? UNKNOWN_CATEGORY : WAIT));
    }
}
