package org.coexhub.outbound.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.coexhub.event.EventData;
import org.coexhub.event.EventType;
import org.coexhub.event.HubEvent;
import org.coexhub.inbound.eventlog.EventBatch;
import org.coexhub.outbound.template.TemplateStore.News;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;

/**
 * Step of the router: brings stored templates up to date by template webhooks, and by sends that Meta refused for their
 * template. Where they tell less than is needed, the list is fetched anew.
 */
public final class TemplateNews {

    private static final int NO_SUCH_TEMPLATE = 132001;
    private static final int PAUSED = 132015;
    private static final int DISABLED = 132016;
    private static final String APPROVED = "APPROVED";

    private final TemplateStore store;
    private final SyncSchedule schedule;
    private final InstantSource clock;
    private final ObjectMapper json = new ObjectMapper();

    TemplateNews(TemplateStore store, SyncSchedule schedule, InstantSource clock) {
        this.store = store;
        this.schedule = schedule;
        this.clock = clock;
    }

    public void note(EventBatch batch) {
        for (var item : batch.accepted()) {
            HubEvent event = item.event();
            if (item.verdict() != EventBatch.Verdict.NEW || event.wabaId() == null) {
                continue;
            }
            switch (event.data()) {
                case EventData.TemplateUpdated update -> webhook(event, update);
                case EventData.Internal failed when event.type() == EventType.COMMAND_FAILED ->
                        refused(event, failed.fields());
                default -> {}
            }
        }
    }

    private void webhook(HubEvent event, EventData.TemplateUpdated update) {
        if (update.name() != null && update.language() != null) {
            tell(event, news(event, update));
        }
        boolean tellsAll = "message_template_quality_update".equals(event.field());
        if (!tellsAll) {
            schedule.soon(event.wabaId(), clock.instant());
        }
    }

    private News news(HubEvent event, EventData.TemplateUpdated update) {
        String field = event.field() == null ? "" : event.field();
        boolean content = field.equals("message_template_components_update");
        boolean status = field.equals("message_template_status_update");
        return new News(
                update.name(),
                update.language(),
                status ? status(update.event()) : null,
                "NONE".equals(update.reason()) ? null : update.reason(),
                isComing(event) ? null : update.category(),
                update.quality(),
                content);
    }

    /** Meta's words for a way back to approval. */
    private static String status(String event) {
        String word = event == null ? null : event.toUpperCase(Locale.ROOT);
        return "REINSTATED".equals(word) || "UNPAUSED".equals(word) ? APPROVED : word;
    }

    /** A change of category that is announced and not yet made names the target apart. */
    private boolean isComing(HubEvent event) {
        try {
            return event.raw() != null && json.readTree(event.raw()).hasNonNull("correct_category");
        } catch (IOException notJson) {
            return false;
        }
    }

    private void refused(HubEvent event, JsonNode fields) {
        int code = fields.path("error").path("code").asInt();
        String name = fields.path("template").path("name").textValue();
        String language = fields.path("template").path("language").textValue();
        if (name == null || language == null) {
            return;
        }
        if (code == PAUSED || code == DISABLED) {
            String status = code == PAUSED ? "PAUSED" : "DISABLED";
            tell(event, new News(name, language, status, null, null, null, false));
        } else if (code == NO_SUCH_TEMPLATE) {
            schedule.soon(event.wabaId(), clock.instant());
        }
    }

    private void tell(HubEvent event, News news) {
        Instant now = clock.instant();
        store.tell(event.wabaId(), news, now);
    }
}
