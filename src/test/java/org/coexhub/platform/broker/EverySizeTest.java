package org.coexhub.platform.broker;

import org.coexhub.delivery.deadletter.DeadLetters;
import org.coexhub.routes.HubTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** On the embedded broker; on a standalone one: {@link OtherProtocolsTest}. */
class EverySizeTest extends HubTest {

    @Autowired private Queues queues;
    @Autowired private ReceiverFactory receivers;
    @Autowired private DeadLetters letters;

    private EverySize bodies;

    @BeforeEach
    void look() {
        bodies = new EverySize(queues, receivers, jms, letters, camel, HTTP);
    }

    @Test
    void reachesAHandlerWhole() throws Exception {
        bodies.reachAHandlerWhole();
    }

    @Test
    void goesInAndOutWhole() throws Exception {
        bodies.goInAndOutWhole(customer, now(), this::post);
    }

    @Test
    void isListedAndReplayedAndDiscardedAsADeadLetter() throws Exception {
        bodies.areListedAndReplayedAndDiscardedAsDeadLetters(customer);
    }
}
