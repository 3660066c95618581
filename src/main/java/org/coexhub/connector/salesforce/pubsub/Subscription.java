package org.coexhub.connector.salesforce.pubsub;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/** The state of a channel's subscription on this node, as metrics and the health page tell it. */
final class Subscription {

    /** What the node is at. */
    enum State {
        /** Looking for the org, or for a pause to end. */
        CONNECTING,
        /** The stream is open. */
        CONNECTED,
        /** Another node has the channel. */
        STANDBY,
        /** The position has expired and the setting says to stop. */
        STOPPED,
        /** The route does not run. */
        CLOSED
    }

    private final String channel;
    private final MeterRegistry meters;
    private final InstantSource clock;
    private volatile State state = State.CLOSED;
    private volatile Instant lastHeard;
    private volatile Duration lag = Duration.ZERO;
    private volatile String fault;
    private volatile Instant expiredAt;
    private volatile Instant gapFrom;

    Subscription(String channel, MeterRegistry meters, InstantSource clock) {
        this.channel = channel;
        this.meters = meters;
        this.clock = clock;
        Gauge.builder("hub_salesforce_connected", this, s -> s.state == State.CONNECTED ? 1 : 0)
                .description("1 while events of the channel are listened to by this node")
                .tag("channel", channel)
                .register(meters);
        Gauge.builder("hub_salesforce_lag_seconds", this, s -> s.lag.toMillis() / 1000.0)
                .description("age of the last event when it was handed in")
                .tag("channel", channel)
                .register(meters);
    }

    void is(State now) {
        state = now;
    }

    void heard() {
        lastHeard = clock.instant();
        fault = null;
    }

    void handedIn(PlatformEvent event) {
        if (event.createdAt() != null) {
            Duration age = Duration.between(event.createdAt(), clock.instant());
            lag = age.isNegative() ? Duration.ZERO : age;
        }
    }

    /** Events that went no further, and why. */
    void passedOver(String outcome) {
        meters.counter("hub_salesforce_events", "outcome", outcome).increment();
    }

    void over(StreamFault why) {
        fault =
                why.kind() == StreamFault.Kind.ENDED
                        ? null
                        : (why.code() + " " + why.detail()).strip();
        meters.counter(
                        "hub_salesforce_streams_ended",
                        "channel",
                        channel,
                        "cause",
                        why.kind().wireName())
                .increment();
    }

    void failed(String why) {
        fault = why;
    }

    void gap(Instant since, Instant foundAt) {
        gapFrom = since;
        expiredAt = foundAt;
    }

    Map<String, Object> describe() {
        var words = new LinkedHashMap<String, Object>();
        words.put("state", state.name().toLowerCase(java.util.Locale.ROOT));
        put(words, "lastHeard", lastHeard);
        put(words, "fault", fault);
        put(words, "positionExpiredAt", expiredAt);
        put(words, "eventsMayBeMissingFrom", gapFrom);
        return words;
    }

    private static void put(Map<String, Object> words, String name, Object value) {
        if (value != null) {
            words.put(name, value.toString());
        }
    }
}
