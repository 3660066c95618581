package org.coexhub.delivery.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.text;

import org.coexhub.delivery.replay.Replay;
import org.coexhub.inbound.eventlog.EventFeed.Position;
import org.coexhub.platform.broker.QueueNames;
import org.coexhub.platform.broker.Queues;
import org.coexhub.routes.HubFolder;
import org.coexhub.routes.StartedHub;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** A node ends between the broker's commit of a step and the store's: the next goes on, and sends nothing twice. */
class AReplayOutlivesItsNodeTest {

    private static final int EVENTS = 600;
    private static final String NAME = "shelf";
    private static final String QUEUE = "wa.out." + NAME;

    private static final Replay.Selection ALL = new Replay.Selection(null, null, "", "", "");

    @Test
    void eachEventArrivesOnceAndTheCountsAgree() throws Exception {
        var folder = HubFolder.fresh().gatheringDestination(NAME, "whatsapp.message.received");
        String id;
        int first;
        try (var hub = StartedHub.on(folder)) {
            assertThat(hub.post(manyTexts())).isEqualTo(200);
            await().until(() -> hub.bean(Queues.class).depth(QUEUE) == EVENTS);
            // From now on the test is the node that does it.
            hub.bean(OperationRunner.class).stop();
            id = accept(hub);
            first = sendFirstStep(hub, id);
            int sent = EVENTS + first;
            await().until(() -> hub.bean(Queues.class).depth(QUEUE) == sent);
        }
        assertThat(first).isBetween(1, EVENTS - 1);

        try (var hub = StartedHub.on(folder)) {
            Operation done =
                    await().until(
                                    () -> hub.bean(Operations.class).find(id).orElseThrow(),
                                    operation -> !operation.isRunning());

            assertThat(done.state()).isEqualTo(Operation.State.DONE);
            assertThat(done.matched()).isEqualTo(EVENTS);
            assertThat(done.done()).isEqualTo(EVENTS);
            await().until(() -> hub.bean(Queues.class).depth(QUEUE) >= 2 * EVENTS);
            assertThat(hub.bean(Queues.class).depth(QUEUE)).isEqualTo(2 * EVENTS);
            assertThat(hub.bean(OperationStore.class).held(id)).isEmpty();
            await().until(() -> hub.bean(Queues.class).depth(QueueNames.BATONS) == 0);
        }
    }

    private static String accept(StartedHub hub) {
        String request = hub.bean(Requests.class).write(ALL);
        var order =
                new OperationStore.Order(
                        ReplayAct.KIND, NAME, new TreeSet<>(List.of(NAME)), "api", request, null);
        return hub.bean(OperationStore.class).accept(order).id();
    }

    private static int sendFirstStep(StartedHub hub, String id) {
        var store = hub.bean(OperationStore.class);
        var replay = hub.bean(Replay.class);
        Position end = replay.end();
        assertThat(store.begin(id, Position.START.toString(), end.toString(), 0)).isTrue();
        Replay.Stretch step = replay.next(NAME, ALL, Position.START, end).orElseThrow();
        assertThat(store.plan(id, Position.START.toString(), step.to().toString(), step.size()))
                .isTrue();
        Replay.Baton baton = replay.begin(id, Position.START);
        assertThat(store.giveBaton(id, baton.id())).isTrue();
        assertThat(replay.send(NAME, step, Position.START, baton)).isTrue();
        return step.size();
    }

    private static byte[] manyTexts() {
        long now = Instant.now().getEpochSecond();
        return messages(
                IntStream.range(0, EVENTS)
                        .mapToObj(i -> text("49170000" + i % 7, "wamid.op." + i, now, "n" + i))
                        .toArray(String[]::new));
    }
}
