package org.coexhub.outbound.template;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.event.WabaId;
import org.coexhub.outbound.command.SendCommand;
import org.coexhub.outbound.command.SendRule;
import org.coexhub.outbound.command.StoredCommand;
import org.coexhub.outbound.template.SyncSchedule.Standing;
import org.springframework.core.annotation.Order;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Lets a template out only if it exists in its language, Meta lets it be sent, and the parameters fit.
 *
 * <p><b>When in doubt, Meta decides.</b> While an account is unknown or its templates were never fetched, everything
 * goes. And nobody is refused by a stale list: where one finds a fault and is older than the command, it is fetched anew
 * first and the command waits for that. If Graph does not give it, what is known of the template counts; a template that
 * is only missing may have been made meanwhile and goes.
 */
@Order(TemplateRule.ORDER)
public final class TemplateRule implements SendRule {

    /** After the window, which may put a fallback template in place of the message. */
    public static final int ORDER = 200;

    private static final String UNAVAILABLE = "template_unavailable";

    /** A list this young is not fetched again for one command. */
    private static final Duration FRESH = Duration.ofMinutes(1);

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

    private final Templates templates;
    private final SyncSchedule schedule;

    TemplateRule(Templates templates, SyncSchedule schedule) {
        this.templates = templates;
        this.schedule = schedule;
    }

    @Override
    public Verdict judge(StoredCommand command, Instant now) {
        if (!command.command().isTemplate()) {
            return Verdict.GO;
        }
        return templates
                .accountOf(command.command().from())
                .flatMap(account -> judge(command, account, now))
                .orElse(Verdict.GO);
    }

    private Optional<Verdict> judge(StoredCommand command, WabaId account, Instant now) {
        Optional<Standing> standing =
                schedule.find(account).filter(known -> known.synced() != null);
        JsonNode used = command.command().message().path(SendCommand.TEMPLATE);
        Optional<Template> template = templates.find(account, used);
        Optional<String> fault =
                standing.flatMap(
                        known ->
                                template.map(t -> faultOf(t, used))
                                        .orElseGet(() -> missing(account, used)));
        if (fault.isEmpty()) {
            return Optional.empty();
        }
        boolean unanswered =
                standing.map(Standing::failed).filter(f -> isRecent(f, command, now)).isPresent();
        if (isRecent(standing.get().synced(), command, now)
                || (unanswered && template.isPresent())) {
            return Optional.of(new Verdict.Reject(UNAVAILABLE, fault.get()));
        }
        if (unanswered) {
            return Optional.empty();
        }
        schedule.soon(account, now);
        return Optional.of(new Verdict.Wait(now.plus(LOOK_AGAIN)));
    }

    private static boolean isRecent(Instant fetched, StoredCommand command, Instant now) {
        return !fetched.isBefore(command.acceptedAt()) || fetched.isAfter(now.minus(FRESH));
    }

    private Optional<String> missing(WabaId account, JsonNode used) {
        String name = used.path("name").asText();
        String language = used.path("language").path("code").asText();
        List<String> languages = templates.languages(account, used);
        return Optional.of(
                languages.isEmpty()
                        ? "there is no template '%s': make it in WhatsApp Manager, or correct the name"
                                .formatted(name)
                        : "template '%s' does not exist in '%s': make the translation, or use %s"
                                .formatted(name, language, String.join(", ", languages)));
    }

    private static Optional<String> faultOf(Template template, JsonNode used) {
        String named = "template '%s' in '%s' ".formatted(template.name(), template.language());
        Optional<TemplateStatus> stopped = TemplateStatus.stopping(template.status());
        if (stopped.isPresent()) {
            String why = template.reason() == null ? "" : " (" + template.reason() + ")";
            return Optional.of(named + stopped.get().remedy() + why);
        }
        return TemplateCheck.faultIn(template, used).map(fault -> named + fault);
    }
}
