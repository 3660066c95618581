package org.coexhub.delivery.operation;

import org.coexhub.delivery.replay.Replay;
import org.coexhub.inbound.eventlog.EventFeed.Position;
import org.springframework.stereotype.Component;

/**
 * Replays the part of the log that a destination is to have again. It ends where the log ended when it began.
 *
 * <p><b>Why a crash doubles nothing.</b> Before a stretch is sent, its end is noted; after it, that it was. Who takes over in
 * between tries the same stretch once more, and learns from the replay's baton whether it was sent ({@link Replay}). Of two
 * nodes that believe to have the operation at once, one gets the baton and one counts the stretch.
 */
@Component
final class ReplayAct implements Act {

    static final String KIND = "replay";

    private final Replay replay;
    private final OperationStore store;
    private final Requests requests;

    ReplayAct(Replay replay, OperationStore store, Requests requests) {
        this.replay = replay;
        this.store = store;
        this.requests = requests;
    }

    @Override
    public boolean does(String kind) {
        return kind.equals(KIND);
    }

    @Override
    public boolean run(OperationRun run) {
        var selection = requests.read(run.operation().request(), Replay.Selection.class);
        if (run.operation().place() == null) {
            String end = replay.end().toString();
            store.begin(run.operation().operation().id(), Position.START.toString(), end, 0);
        }
        if (run.look().baton() == null) {
            StoredOperation now = run.operation();
            String id = now.operation().id();
            store.giveBaton(id, replay.begin(id, Position.parse(now.place())).id());
        }
        while (run.goesOn()) {
            StoredOperation now = run.look();
            if (now.place().equals(now.endPlace())) {
                return true;
            }
            step(now, selection);
        }
        return false;
    }

    private void step(StoredOperation now, Replay.Selection selection) {
        String id = now.operation().id();
        String name = now.operation().name();
        Position from = Position.parse(now.place());
        boolean planned = now.stepPlace() != null;
        Replay.Stretch stretch =
                (planned
                                ? replay.same(
                                        name, selection, from, Position.parse(now.stepPlace()))
                                : replay.next(
                                        name, selection, from, Position.parse(now.endPlace())))
                        .orElseThrow(() -> OperationStoppedException.destinationGone(name));
        String to = stretch.to().toString();
        if (!planned && !store.plan(id, now.place(), to, stretch.size())) {
            return;
        }
        boolean sentNow = replay.send(name, stretch, from, new Replay.Baton(id, now.baton()));
        // The destination's filter may have changed since it was sent.
        int size = sentNow || !planned ? stretch.size() : now.stepSize();
        store.stepDone(id, now.place(), to, size, () -> replay.countReturned(name, size));
    }

    @Override
    public void ended(String id) {
        replay.forget(id);
    }

    @Override
    public void tidy() {
        for (String id : replay.remembered()) {
            if (store.find(id).filter(o -> o.operation().isRunning()).isEmpty()) {
                replay.forget(id);
            }
        }
    }
}
