package org.coexhub.outbound.send.limit;

import org.coexhub.event.EventData;
import org.coexhub.event.HubEvent;
import org.coexhub.inbound.eventlog.EventBatch;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.util.HashMap;
import java.util.Map;

import javax.sql.DataSource;

/**
 * Step of the router: records what webhooks say of the messaging limit, the customers a portfolio may write to outside
 * their windows in 24 hours. Meta keeps it; the hub shows it. What else such a webhook changes, Graph is asked about
 * anew.
 */
public final class MessagingLimits {

    private static final String UPDATE =
            "UPDATE messaging_limit SET tier = :tier, told_at = :at WHERE waba_id = :waba AND"
                    + " told_at <= :at";

    private static final String INSERT =
            """
            INSERT INTO messaging_limit (waba_id, tier, told_at) VALUES (:waba, :tier, :at) ON CONFLICT DO NOTHING
            """;

    private static final String ASK_ANEW =
            """
            UPDATE number_limit SET asked_at = NULL
            WHERE number_id IN (SELECT b.number_id FROM business_number b WHERE b.waba_id = :waba)
            """;

    private static final String ALL = "SELECT waba_id, tier FROM messaging_limit";

    private static final int LONGEST = 64;

    private final JdbcClient jdbc;

    MessagingLimits(DataSource database) {
        this.jdbc = JdbcClient.create(database);
    }

    public void keep(EventBatch batch) {
        for (EventBatch.Item item : batch.accepted()) {
            HubEvent event = item.event();
            if (event.data() instanceof EventData.NumberUpdated updated && event.wabaId() != null) {
                String waba = event.wabaId().value();
                jdbc.sql(ASK_ANEW).param("waba", waba).update();
                if (updated.limit() != null && updated.limit().length() <= LONGEST) {
                    tell(event, waba, updated.limit());
                }
            }
        }
    }

    private void tell(HubEvent event, String waba, String tier) {
        for (String sql : new String[] {UPDATE, INSERT}) {
            jdbc.sql(sql)
                    .param("waba", waba)
                    .param("tier", tier)
                    .param("at", SqlTimes.millis(event.time()))
                    .update();
        }
    }

    /** The limit last told, by account. */
    public Map<String, String> byAccount() {
        var limits = new HashMap<String, String>();
        jdbc.sql(ALL)
                .query(
                        rs -> {
                            limits.put(rs.getString("waba_id"), rs.getString("tier"));
                        });
        return limits;
    }
}
