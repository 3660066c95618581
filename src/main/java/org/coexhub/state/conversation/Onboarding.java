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
 *
 * <p>An account whose messages came before Meta told of it was in use when the hub was put before it: it has no beginning,
 * and what its customers wrote counts. A notice that one number left says nothing of the account's others.
 */
@Component("onboarding")
public class Onboarding {

    private static final String JOINED = "PARTNER_ADDED";
    private static final String LEFT = "PARTNER_REMOVED";

    private static final String INSERT =
            "INSERT INTO business_account (waba_id) VALUES (?) ON CONFLICT DO NOTHING";

    private static final String JOIN =
            """
            UPDATE business_account SET onboarded_at = ? WHERE waba_id = ? AND
                (left_at < ? AND (onboarded_at IS NULL OR left_at >= onboarded_at) OR onboarded_at IS NULL AND NOT EXISTS
                    (SELECT 1 FROM business_number n JOIN conversation c ON c.number_id = n.number_id
                    JOIN event_log e ON e.conversation = c.id WHERE n.waba_id = ? AND e.claimed_at < ?))\
            """;

    private static final String LEAVE =
            "UPDATE business_account SET left_at = ? WHERE waba_id = ? AND (left_at IS NULL OR"
                    + " left_at < ?)";

    private static final String NUMBERS = "SELECT COUNT(*) FROM business_number WHERE waba_id = ?";

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
                note(event.wabaId(), update, event.time());
            }
        }
    }

    private void note(WabaId account, EventData.AccountUpdated update, Instant at) {
        if (JOINED.equals(update.event())) {
            join(account.value(), SqlTimes.at(at));
        } else if (LEFT.equals(update.event()) && !isOneOfSeveral(account, update.phoneNumber())) {
            leave(account.value(), SqlTimes.at(at));
        }
    }

    private void join(String account, OffsetDateTime at) {
        jdbc.update(INSERT, account);
        if (jdbc.update(JOIN, at, account, at, account, at) == 1) {
            jdbc.update(FORGET_IMPORTS, at, account);
        }
    }

    private void leave(String account, OffsetDateTime at) {
        jdbc.update(INSERT, account);
        jdbc.update(LEAVE, at, account, at);
    }

    private boolean isOneOfSeveral(WabaId account, String phone) {
        return phone != null && jdbc.queryForObject(NUMBERS, Long.class, account.value()) > 1;
    }
}
