package org.coexhub.state.conversation;

import org.coexhub.event.EventData;
import org.coexhub.event.HubEvent;
import org.coexhub.event.WabaId;
import org.coexhub.inbound.eventlog.EventBatch;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

import java.time.Instant;
import java.time.OffsetDateTime;

/**
 * Step of the router: keeps since when an account is the hub's, as {@code account_update} tells it. Meta may tell the
 * same account again when another of its numbers is added; only after it was taken away does it begin anew.
 */
@Component("onboarding")
public class Onboarding {

    private static final String JOINED = "PARTNER_ADDED";
    private static final String LEFT = "PARTNER_REMOVED";

    private static final String INSERT =
            "INSERT INTO business_account (waba_id) VALUES (?) ON CONFLICT DO NOTHING";

    private static final String JOIN =
            """
            UPDATE business_account SET onboarded_at = ?
            WHERE waba_id = ? AND (onboarded_at IS NULL OR (left_at >= onboarded_at AND left_at < ?))\
            """;

    private static final String LEAVE =
            "UPDATE business_account SET left_at = ? WHERE waba_id = ? AND (left_at IS NULL OR"
                    + " left_at < ?)";

    /** Whoever begins anew may share the chats anew; what Meta told after that beginning is about the new import. */
    private static final String FORGET_IMPORTS =
            """
            DELETE FROM history_import WHERE COALESCE(chunk_at, declined_at) < ? AND number_id IN
                (SELECT number_id FROM business_number WHERE waba_id = ?)\
            """;

    private final JdbcTemplate jdbc;

    Onboarding(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    public void note(EventBatch batch) {
        for (var item : batch.accepted()) {
            HubEvent event = item.event();
            if (event.data() instanceof EventData.AccountUpdated update
                    && event.wabaId() != null
                    && item.verdict() == EventBatch.Verdict.NEW) {
                note(event.wabaId(), update.event(), event.time());
            }
        }
    }

    private void note(WabaId account, String what, Instant at) {
        boolean joined = JOINED.equals(what);
        if (joined || LEFT.equals(what)) {
            OffsetDateTime time = SqlTimes.at(at);
            jdbc.update(INSERT, account.value());
            int changed = jdbc.update(joined ? JOIN : LEAVE, time, account.value(), time);
            if (joined && changed == 1) {
                jdbc.update(FORGET_IMPORTS, time, account.value());
            }
        }
    }
}
