package org.coexhub.operation;

import org.coexhub.destination.Replay;
import org.coexhub.eventlog.EventFeed.Position;
import org.springframework.stereotype.Component;

/**
 * Replays what of the log a destination is to have again. It ends where the log ended when it began.
 *
 * <p><b>Why a crash doubles nothing.</b> Before a stretch is sent, its end is noted; after it, that it was. Who takes over in
 * between sends the same stretch once more, and the broker refuses what it has taken already ({@link Replay}). Two nodes
 * that believe to have the operation at once send the same stretch under the same name, and one of them counts it.
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
        boolean sentNow = stretch.size() == 0 || replay.send(name, stretch, id + ":" + now.place());
        // The destination's filter may have changed since it was sent.
        int size = sentNow || !planned ? stretch.size() : now.stepSize();
        store.stepDone(id, now.place(), to, size, () -> replay.countReturned(name, size));
    }
}
