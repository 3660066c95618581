package org.coexhub.state.consent;

import org.coexhub.event.EventData;
import org.coexhub.event.EventType;
import org.coexhub.event.HubEvent;
import org.coexhub.event.MessageContent;
import org.coexhub.event.MessageContent.MetaError;
import org.coexhub.event.Origin;
import org.coexhub.inbound.eventlog.EventBatch;
import org.coexhub.state.consent.Decision.Marketing;
import org.springframework.stereotype.Component;

import java.time.InstantSource;

/**
 * Step of the router: finds decisions on marketing among the events. A customer decides in WhatsApp itself
 * ({@code user_preferences}) or by a word; that they have decided also shows when Meta refuses to deliver (131050),
 * whoever sent the message.
 */
@Component("consentWatch")
public class ConsentWatch {

    private static final int STOPPED_MARKETING = 131050;
    private static final String TYPED = "text";
    private static final String REFUSED = "error_131050";

    private final Consent consent;
    private final ConsentSettings settings;
    private final InstantSource clock;

    ConsentWatch(Consent consent, ConsentSettings settings, InstantSource clock) {
        this.consent = consent;
        this.settings = settings;
        this.clock = clock;
    }

    public void note(EventBatch batch) {
        batch.merged().forEach(consent::merge);
        for (var item : batch.accepted()) {
            HubEvent event = item.event();
            if (item.verdict() == EventBatch.Verdict.NEW && event.conversation() != null) {
                note(event);
            }
        }
    }

    private void note(HubEvent event) {
        switch (event.data()) {
            case EventData.PreferenceChanged change -> preference(event, change);
            case EventData.MessageReceived message when event.origin() == Origin.CUSTOMER ->
                    words(event, message.content());
            case EventData.MessageCompleted copy when event.origin() == Origin.CUSTOMER ->
                    words(event, copy.content());
            case EventData.MessageStatus status -> {
                if (status.errors() != null && status.errors().stream().anyMatch(this::isStop)) {
                    refused(event);
                }
            }
            case EventData.Internal failed when event.type() == EventType.COMMAND_FAILED -> {
                if (failed.fields().path("error").path("code").asInt() == STOPPED_MARKETING) {
                    refused(event);
                }
            }
            default -> {}
        }
    }

    private void refused(HubEvent event) {
        consent.shown(decision(event, Marketing.STOPPED, REFUSED, null));
    }

    private void preference(HubEvent event, EventData.PreferenceChanged change) {
        boolean marketing =
                change.category() == null || "marketing_messages".equals(change.category());
        if (marketing && "stop".equals(change.value())) {
            decide(event, Marketing.STOPPED, "user_preferences", change.detail());
        } else if (marketing && "resume".equals(change.value())) {
            decide(event, Marketing.ALLOWED, "user_preferences", change.detail());
        }
    }

    /** The words on a button are the business's own: they may stop marketing, and nobody asks for it by them. */
    private void words(HubEvent event, MessageContent content) {
        settings.stopWordIn(content.text())
                .ifPresent(word -> decide(event, Marketing.STOPPED, "stop_word", word));
        if (TYPED.equals(content.messageType())) {
            settings.resumeWordIn(content.text())
                    .ifPresent(word -> decide(event, Marketing.ALLOWED, "resume_word", word));
        }
    }

    private boolean isStop(MetaError error) {
        return error.code() != null && error.code() == STOPPED_MARKETING;
    }

    private void decide(HubEvent event, Marketing marketing, String cause, String detail) {
        consent.said(decision(event, marketing, cause, detail));
    }

    /** A time ahead of the hub's clock counts as that of receipt: it must not outweigh what is decided later. */
    private Decision decision(HubEvent event, Marketing marketing, String cause, String detail) {
        boolean ahead = event.time().isAfter(event.receivedTime());
        return new Decision(
                event.id().value(),
                event.conversation(),
                marketing,
                cause,
                detail,
                ahead ? event.receivedTime() : event.time(),
                clock.instant());
    }
}
