package org.coexhub.conversation;

import org.coexhub.event.EventData;
import org.coexhub.event.HubEvent;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** The address book as the phone shares it, and who wants no marketing; by Meta's times, the last one wins. */
@Repository
class ContactStore {

    private static final String INSERT =
            """
            INSERT INTO contact (id, number_id, full_name, removed, marketing, changed_at)
            VALUES (?, ?, NULL, FALSE, NULL, ?) ON CONFLICT DO NOTHING\
            """;

    private static final String SYNC =
            "UPDATE contact SET full_name = ?, removed = ?, changed_at = ? WHERE id = ? AND"
                    + " changed_at <= ?";

    private static final String PREFER = "UPDATE contact SET marketing = ? WHERE id = ?";

    private final JdbcTemplate jdbc;

    ContactStore(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    void save(java.util.List<HubEvent> events) {
        Map<String, HubEvent> byId = new TreeMap<>();
        events.forEach(e -> byId.put(id(e), e));
        if (byId.isEmpty()) {
            return;
        }
        jdbc.batchUpdate(
                INSERT,
                byId.entrySet(),
                byId.size(),
                (statement, entry) -> {
                    statement.setString(1, entry.getKey());
                    statement.setString(2, entry.getValue().number().value());
                    statement.setObject(3, ConversationStore.time(Instant.EPOCH));
                });
        for (HubEvent event : events) {
            var at = ConversationStore.time(event.time());
            switch (event.data()) {
                case EventData.ContactSynced c -> {
                    String name = c.fullName() == null ? c.firstName() : c.fullName();
                    String clean =
                            name == null ? null : name.substring(0, Math.min(name.length(), 512));
                    jdbc.update(SYNC, clean, "remove".equals(c.action()), at, id(event), at);
                }
                case EventData.PreferenceChanged p -> jdbc.update(PREFER, p.value(), id(event));
                default ->
                        throw new IllegalArgumentException("not about a contact: " + event.type());
            }
        }
    }

    private static String id(HubEvent event) {
        return event.number().value() + ":" + event.customer().key();
    }
}
