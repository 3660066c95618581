package org.coexhub.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.coexhub.webhook.MetaBodies.messages;
import static org.coexhub.webhook.MetaBodies.text;

import jakarta.jms.ConnectionFactory;

import org.coexhub.eventlog.EventBatch;
import org.coexhub.eventlog.TestRouter;
import org.coexhub.eventlog.TestRouter.Message;
import org.coexhub.routes.HubTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jms.core.JmsTemplate;

import java.util.List;

import javax.sql.DataSource;

class FanOutTest extends HubTest {

    @Autowired private FanOut fanOut;

    @Autowired private DestinationStore destinations;

    @Autowired private DataSource store;

    @Autowired private ConnectionFactory connections;

    @Test
    void aFaultInOneBodyLeavesNothingBehindForTheRunThatFollowsInTheSameTransaction()
            throws Exception {
        EventBatch batch =
                new TestRouter(store, clock)
                        .handle(
                                List.of(
                                        Message.of(
                                                messages(
                                                        text(customer, wamid(1), now(), "one"),
                                                        text(customer, wamid(2), now(), "two")))));
        EventBatch.Item last = batch.accepted().getLast();
        Routing routing = destinations.routing();
        var transacted = new JmsTemplate(connections);
        transacted.setSessionTransacted(true);
        transacted.execute(
                session -> {
                    last.extra("conversation", null);
                    assertThatThrownBy(() -> fanOut.send(batch, session, routing))
                            .isInstanceOf(NullPointerException.class);
                    last.extra("conversation", new byte[] {'{', '}'});
                    fanOut.send(batch, session, routing);
                    session.commit();
                    return null;
                });

        assertThat(nextIn("wa.out.gathering", 2))
                .extracting(event -> event.path("id").asText())
                .containsExactly("message:" + wamid(1), "message:" + wamid(2));
        assertThat(isEmptyFor("wa.out.gathering")).isTrue();
    }
}
