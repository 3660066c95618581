package org.coexhub.delivery.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.text;

import org.coexhub.delivery.catalogue.DestinationStore;
import org.coexhub.inbound.eventlog.EventFeed;
import org.coexhub.inbound.eventlog.EventFeed.Position;
import org.coexhub.platform.broker.Broker;
import org.coexhub.platform.broker.BrokerSwitch;
import org.coexhub.platform.broker.Queues;
import org.coexhub.routes.HubTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jms.JmsException;

/** The broker takes longer for a stretch's commit than the hub waits, and the hub tries it again. */
class AStretchIsDeliveredOnceTest extends HubTest {

    private static final String DESTINATION = "gathering";
    private static final String QUEUE = "wa.out." + DESTINATION;

    @Autowired private Broker broker;
    @Autowired private DestinationStore store;
    @Autowired private EventFeed feed;
    @Autowired private Queues queues;

    @Test
    @SuppressWarnings("try")
    void whateverIsTriedWhileTheFirstCommitIsUnderWay() throws Exception {
        post(
                messages(
                        text(customer, wamid(1), now(), "one"),
                        text(customer, wamid(2), now(), "two")));
        nextIn(QUEUE, 2);
        try (var connections = broker.newConnectionFactory()) {
            connections.setCallTimeout(300);
            var replay = new Replay(store, feed, queues, connections);
            var mine =
                    new Replay.Selection(
                            null, null, "", conversation(), org.coexhub.testing.MetaBodies.NUMBER);
            Replay.Stretch stretch =
                    replay.next(DESTINATION, mine, Position.START, replay.end()).orElseThrow();
            assertThat(stretch.size()).isEqualTo(2);
            Replay.Baton baton = replay.begin("replay-" + customer, Position.START);

            try (var held = BrokerSwitch.slow(broker)) {
                assertThatThrownBy(() -> replay.send(DESTINATION, stretch, Position.START, baton))
                        .isInstanceOf(JmsException.class);
                assertThatThrownBy(() -> replay.send(DESTINATION, stretch, Position.START, baton))
                        .isInstanceOf(ReplayBusyException.class);
            }
            await().ignoreException(ReplayBusyException.class)
                    .until(() -> !replay.send(DESTINATION, stretch, Position.START, baton));
            assertThat(replay.remembered()).contains(baton.operation());
            replay.forget(baton.operation());
            assertThat(replay.remembered()).doesNotContain(baton.operation());
        }
        assertThat(nextIn(QUEUE, 2)).hasSize(2);
        assertThat(isEmptyFor(QUEUE)).isTrue();
    }
}
