package org.coexhub.delivery.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.text;

import jakarta.jms.ConnectionFactory;

import org.apache.activemq.artemis.core.protocol.core.impl.PacketImpl;
import org.coexhub.delivery.catalogue.DestinationStore;
import org.coexhub.delivery.filter.EventFilter;
import org.coexhub.delivery.filter.Routing;
import org.coexhub.inbound.eventlog.EventBatch;
import org.coexhub.inbound.eventlog.TestRouter;
import org.coexhub.inbound.eventlog.TestRouter.Message;
import org.coexhub.platform.broker.Broker;
import org.coexhub.routes.HubTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jms.core.JmsTemplate;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.sql.DataSource;

class FanOutTest extends HubTest {

    @Autowired private FanOut fanOut;

    @Autowired private DestinationStore destinations;

    @Autowired private DataSource store;

    @Autowired private ConnectionFactory connections;

    @Autowired private Broker broker;

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

    /**
     * What is asked behind an event that goes into a full queue is answered when that queue's pages are on disk, so a
     * dead destination would hold up the others once for each question.
     */
    @Test
    void theBrokerIsAskedNothingOnceTheFirstEventIsSent() throws Exception {
        EventBatch batch =
                new TestRouter(store, clock)
                        .handle(
                                List.of(
                                        Message.of(
                                                messages(text(customer, wamid(1), now(), "one")))));
        var everything = EventFilter.parse("whatsapp.*||");
        var routing =
                new Routing(
                        List.of(
                                new Routing.Target("gathering", everything),
                                new Routing.Target("second-of-the-batch", everything)));
        var packets = new CopyOnWriteArrayList<Byte>();
        try (var factory = broker.newConnectionFactory()) {
            factory.getServerLocator()
                    .addOutgoingInterceptor((packet, connection) -> packets.add(packet.getType()));
            var transacted = new JmsTemplate(factory);
            transacted.setSessionTransacted(true);
            transacted.execute(
                    session -> {
                        fanOut.send(batch, session, routing);
                        session.commit();
                        return null;
                    });
        }

        assertThat(packets.subList(packets.indexOf(PacketImpl.SESS_SEND), packets.size()))
                .contains(PacketImpl.SESS_COMMIT)
                .doesNotContain(PacketImpl.SESS_QUEUEQUERY, PacketImpl.SESS_BINDINGQUERY);
        assertThat(nextIn("wa.out.gathering", 1)).hasSize(1);
    }
}
