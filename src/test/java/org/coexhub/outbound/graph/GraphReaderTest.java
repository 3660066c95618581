package org.coexhub.outbound.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.coexhub.outbound.graph.FakeGraph.answer;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.platform.graph.GraphSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;

class GraphReaderTest {

    private final FakeGraph meta = new FakeGraph();
    private final GraphReader graph =
            new GraphReader(new GraphSettings("token", meta.url(), "v24.0", Duration.ofSeconds(2)));

    @AfterEach
    void close() {
        graph.close();
        meta.close();
    }

    @Test
    void wordsThatNoColumnTakesCountAsNotSaid() {
        meta.thenWhenAsked(
                answer(
                        200,
                        "{'throughput':{'level':'%s'},'quality_rating':'GR\\u0000EEN','whatsapp_business_manager_messaging_limit':'TIER_2K'}"
                                .formatted("H".repeat(65))
                                .replace('\'', '"')));

        assertThat(graph.number(new PhoneNumberId("106")))
                .contains(new NumberFacts(null, null, null, "TIER_2K"));
    }
}
