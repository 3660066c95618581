package org.coexhub.sandbox.salesforce.org;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Access tokens. One that is not used for two hours ends, as in an org with default session settings. */
public final class Sessions {
    private static final Duration IDLE = Duration.ofHours(2);

    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Instant> lastUse = new ConcurrentHashMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    public Sessions(InstantSource clock) {
        this.clock = clock;
    }

    public String open() {
        byte[] secret = new byte[48];
        random.nextBytes(secret);
        String token =
                SimulatedOrg.ID.substring(0, 15)
                        + "!AQ"
                        + Base64.getUrlEncoder()
                                .withoutPadding()
                                .encodeToString(secret)
                                .replace('-', '.');
        lastUse.put(token, clock.instant());
        return token;
    }

    /** Whether the token is good; using it keeps it so. */
    public boolean use(String token) {
        Instant now = clock.instant();
        return token != null
                && lastUse.computeIfPresent(
                                token, (t, last) -> last.plus(IDLE).isBefore(now) ? null : now)
                        != null;
    }

    public boolean end(String token) {
        boolean ended = lastUse.remove(token) != null;
        listeners.forEach(Runnable::run);
        return ended;
    }

    void endAll() {
        lastUse.clear();
        listeners.forEach(Runnable::run);
    }

    /** Called after tokens have ended. */
    public void onEnd(Runnable listener) {
        listeners.add(listener);
    }
}
