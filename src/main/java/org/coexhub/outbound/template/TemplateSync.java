package org.coexhub.outbound.template;

import org.coexhub.event.WabaId;
import org.coexhub.platform.broker.FailureSummary;
import org.coexhub.platform.broker.PassingFailure;
import org.coexhub.platform.graph.GraphSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Fetches the templates of every account that webhooks have shown: at once when it is new, then from time to time, and
 * whenever something hints at a change. While an account's templates have never been fetched, Meta alone decides.
 */
public final class TemplateSync {

    private static final Logger LOG = LoggerFactory.getLogger(TemplateSync.class);

    private static final Duration TRY_AGAIN = Duration.ofMinutes(5);

    private final SyncSchedule schedule;
    private final TemplateStore store;
    private final TemplateList graph;
    private final GraphSettings access;
    private final TemplateSettings settings;
    private final InstantSource clock;

    TemplateSync(
            SyncSchedule schedule,
            TemplateStore store,
            TemplateList graph,
            GraphSettings access,
            TemplateSettings settings,
            InstantSource clock) {
        this.schedule = schedule;
        this.store = store;
        this.graph = graph;
        this.access = access;
        this.settings = settings;
        this.clock = clock;
    }

    /** Fetches what is due; called by a timer, which comes again whatever happens. */
    public void run() {
        if (!access.hasToken()) {
            return;
        }
        try {
            fetchDue();
        } catch (DataAccessException e) {
            LOG.warn("Templates are not refreshed now: {}", e.getMessage());
        }
    }

    private void fetchDue() {
        for (WabaId account : schedule.due()) {
            Instant begun = clock.instant();
            if (schedule.claim(account)) {
                fetch(account, begun);
            }
        }
    }

    private void fetch(WabaId account, Instant begun) {
        try {
            store.replace(account, graph.of(account), begun);
            schedule.done(account, begun, begun.plus(settings.refresh()));
        } catch (IOException e) {
            failed(account, begun, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            if (PassingFailure.isCauseOf(e)) {
                throw e;
            }
            failed(account, begun, FailureSummary.of(e));
        }
    }

    private void failed(WabaId account, Instant begun, String why) {
        LOG.warn(
                "Templates of account {} not fetched, again in {} minutes: {}",
                account.value(),
                TRY_AGAIN.toMinutes(),
                why);
        schedule.failed(account, begun, begun.plus(TRY_AGAIN));
    }
}
