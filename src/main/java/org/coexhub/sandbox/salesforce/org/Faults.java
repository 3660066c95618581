package org.coexhub.sandbox.salesforce.org;

import io.grpc.Status;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Faults of the org, on demand. A switch stays until it is turned off; a number counts down. Predicates see a record as
 * it was sent, with its type under {@code attributes} and, in an upsert, its external id.
 */
public final class Faults {
    private record Refusal(Predicate<Map<String, Object>> which, String code, String message) {}

    /** What the Pub/Sub side does when told. */
    public interface Streams {
        void complete();

        void cut(Status status);

        void keepAliveEvery(Duration interval);
    }

    private final Sessions sessions;
    private final List<Refusal> refusals = new CopyOnWriteArrayList<>();
    private final AtomicInteger nextLocked = new AtomicInteger();
    private final AtomicInteger lostAnswers = new AtomicInteger();
    private final List<Streams> streams = new CopyOnWriteArrayList<>();
    private volatile Predicate<Map<String, Object>> locked = fields -> false;
    private volatile boolean limitReached;
    private volatile boolean unavailable;
    private volatile boolean cut;
    private volatile boolean binaryTrailers;
    private volatile Duration slowness = Duration.ZERO;

    public Faults(Sessions sessions) {
        this.sessions = sessions;
    }

    /** Every token ends now: REST answers 401 INVALID_SESSION_ID until the next login, streams end as UNAUTHENTICATED. */
    public void expireSessions() {
        sessions.endAll();
    }

    /** 403 REQUEST_LIMIT_EXCEEDED, as if others had used up the day's allocation. */
    public void limitReached(boolean on) {
        limitReached = on;
    }

    /** UNABLE_TO_LOCK_ROW for the next records that are saved, one each. */
    public void lockRows(int next) {
        nextLocked.set(next);
    }

    /** UNABLE_TO_LOCK_ROW for every record that fits, until called again with a predicate that fits none. */
    public void lockRows(Predicate<Map<String, Object>> which) {
        locked = which;
    }

    /** 503 for everything, login included; streams end as UNAVAILABLE. */
    public void unavailable(boolean on) {
        unavailable = on;
        if (on) {
            cutStreams(Status.UNAVAILABLE);
        }
    }

    /** Every answer comes this much later, in real time. */
    public void slow(Duration by) {
        slowness = by;
    }

    /** Refuses single records for good, for example with FIELD_CUSTOM_VALIDATION_EXCEPTION. */
    public void refuse(Predicate<Map<String, Object>> which, String errorCode, String message) {
        refusals.add(new Refusal(which, errorCode, message));
    }

    /** HTTP connections are cut before anything is done, RPCs end as UNAVAILABLE. */
    public void cutConnections(boolean on) {
        cut = on;
    }

    /** The next calls that write are done, but the connection is cut before the answer. */
    public void answerLostAfterCommit(int calls) {
        lostAnswers.set(calls);
    }

    /** Ends every Pub/Sub stream normally, as Salesforce does now and then. */
    public void completeStreams() {
        streams.forEach(Streams::complete);
    }

    /** Ends every Pub/Sub stream with this status. */
    public void cutStreams(Status status) {
        streams.forEach(each -> each.cut(status));
    }

    /** How often an idle stream with a pending request gets an empty response; 270 s unless told otherwise, in real time. */
    public void keepAliveEvery(Duration interval) {
        streams.forEach(each -> each.keepAliveEvery(interval));
    }

    /** Errors of the Pub/Sub API carry a binary trailer as well. */
    public void binaryTrailers(boolean on) {
        binaryTrailers = on;
    }

    /** Everything works again. What has ended stays ended. */
    public void clear() {
        limitReached = false;
        unavailable = false;
        cut = false;
        binaryTrailers = false;
        slowness = Duration.ZERO;
        locked = fields -> false;
        nextLocked.set(0);
        lostAnswers.set(0);
        refusals.clear();
    }

    public boolean isLimitReached() {
        return limitReached;
    }

    public boolean isUnavailable() {
        return unavailable;
    }

    public boolean isCut() {
        return cut;
    }

    public boolean hasBinaryTrailers() {
        return binaryTrailers;
    }

    public Duration slowness() {
        return slowness;
    }

    /** Whether this write's answer gets lost; counts down. */
    public boolean takeLostAnswer() {
        return lostAnswers.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    }

    /** Called for every record before it is saved by an API. */
    public void meet(String type, Map<String, ?> fields) {
        Map<String, Object> sent = new LinkedHashMap<>(fields);
        sent.put("attributes", Map.of("type", type));
        if (nextLocked.getAndUpdate(left -> Math.max(0, left - 1)) > 0 || locked.test(sent)) {
            throw new SaveRefusedException(
                    "UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record");
        }
        for (Refusal refusal : refusals) {
            if (refusal.which().test(sent)) {
                throw new SaveRefusedException(refusal.code(), refusal.message());
            }
        }
    }

    public void attach(Streams added) {
        streams.add(added);
    }
}
