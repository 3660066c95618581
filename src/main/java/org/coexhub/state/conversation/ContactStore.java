package org.coexhub.state.conversation;

import org.coexhub.event.EventData;
import org.coexhub.event.HubEvent;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

import java.util.List;
import java.util.TreeSet;

/** Stores who wants no marketing, as Meta told it last. */
@Repository
class ContactStore {

    private static final String INSERT =
            "INSERT INTO contact (id, number_id) VALUES (?, ?) ON CONFLICT DO NOTHING";

    private static final String PREFER = "UPDATE contact SET marketing = ? WHERE id = ?";

    private final JdbcTemplate jdbc;

    ContactStore(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    void save(List<HubEvent> preferences) {
        var made = new TreeSet<String>();
        for (HubEvent event : preferences) {
            if (made.add(id(event))) {
                jdbc.update(INSERT, id(event), event.number().value());
            }
        }
        for (HubEvent event : preferences) {
            jdbc.update(PREFER, ((EventData.PreferenceChanged) event.data()).value(), id(event));
        }
    }

    private static String id(HubEvent event) {
        return event.number().value() + ":" + event.customer().key();
    }
}
