package org.coexhub.delivery.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.coexhub.testing.MetaBodies.history;
import static org.coexhub.testing.MetaBodies.imported;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.text;

import org.coexhub.event.HubEvent;
import org.coexhub.event.typing.WebhookReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Instant;

class EventFilterTest {

    private static final HubEvent IMPORTED =
            read(history("491701", imported("491701", "wamid.H", 1_790_000_000, "before")));
    private static final HubEvent RECEIVED =
            read(messages(text("491701", "wamid.A", 1_790_000_000, "now")));

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "whatsapp.*; ''; false",
                "whatsapp.message.*; ''; false",
                "whatsapp.message.imported; ''; true",
                "whatsapp.*,whatsapp.message.imported; ''; true",
                "whatsapp.*; history; true",
                "whatsapp.*; customer,history; true",
                "whatsapp.message.imported; customer; false",
                "whatsapp.message.received; history; false"
            })
    void historyComesOnlyToWhoAsksForIt(String events, String origins, boolean comes) {
        var filter = new EventFilter(events, origins, "", "");

        assertThat(filter.accepts(IMPORTED)).isEqualTo(comes);
        if (comes) {
            assertThat(filter.asksForHistory()).isTrue();
        }
    }

    @Test
    void liveTrafficComesWithOrWithoutHistory() {
        for (String events : new String[] {"whatsapp.*", "whatsapp.*,whatsapp.message.imported"}) {
            assertThat(new EventFilter(events, "", "", "").accepts(RECEIVED)).isTrue();
        }
        assertThat(new EventFilter("whatsapp.*", "history", "", "").accepts(RECEIVED)).isFalse();
    }

    private static HubEvent read(byte[] body) {
        return new WebhookReader().read(body, Instant.EPOCH).getFirst();
    }

    @Test
    void aDeclarationOfAnOlderVersionIsStillRead() {
        assertThat(EventFilter.parse("whatsapp.message.gone|nobody||").events())
                .isEqualTo("whatsapp.message.gone");
    }
}
