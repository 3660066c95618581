package org.coexhub.connector.salesforce.pubsub;

import com.google.protobuf.ByteString;
import com.salesforce.eventbus.protobuf.ReplayPreset;

import org.coexhub.connector.salesforce.pubsub.ReplayStore.Position;
import org.coexhub.connector.salesforce.pubsub.Subscription.State;
import org.coexhub.platform.process.OutOfMemory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The thread that listens to a channel: from one start of the route to its stop, one stream after the other. */
final class Subscriber {

    private static final Logger LOG = LoggerFactory.getLogger(Subscriber.class);

    private static final Duration LOOK = Duration.ofMillis(250);
    private static final Duration STOP = Duration.ofSeconds(10);

    private final String channel;
    private final PubSubClient client;
    private final SubscriptionSettings guards;
    private final ReplayStore store;
    private final InstantSource clock;
    private final Subscription subscription;
    private final ChannelLease lease;
    private final EventRun events;
    private final StopSignal signal = new StopSignal();
    private final Pause pause = new Pause(signal);
    private final Thread thread;

    /** Where to start in place of the stored position, which Salesforce does not know; null to start there. */
    private ReplayPreset instead;

    /** The last stream there was. */
    private volatile EventStream listened;

    Subscriber(
            String channel,
            PubSubClient client,
            SubscriptionSettings guards,
            ReplayStore store,
            InstantSource clock,
            Subscription subscription,
            EventRun.Route route,
            GivenUpEvents givenUp) {
        this.channel = channel;
        this.client = client;
        this.guards = guards;
        this.store = store;
        this.clock = clock;
        this.subscription = subscription;
        this.lease = new ChannelLease(channel, store, guards.lease(), clock);
        this.events =
                new EventRun(
                        channel,
                        client,
                        store,
                        lease,
                        subscription,
                        route,
                        givenUp,
                        signal,
                        () -> instead = null);
        this.thread = Thread.ofPlatform().name("salesforce-" + channel).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Not interrupted: an interrupt that meets the embedded database in its file would close it for everybody. */
    void stop() {
        signal.stop();
        if (listened != null) {
            listened.close();
        }
        try {
            thread.join(STOP);
            if (!thread.isAlive()) {
                lease.letGo();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            client.close();
        }
    }

    private void run() {
        while (signal.goesOn()) {
            try {
                if (lease.take()) {
                    subscribe();
                } else {
                    subscription.is(State.STANDBY);
                    signal.await(lease.interval());
                }
            } catch (ReplayStore.ChannelTakenException taken) {
                LOG.info("Salesforce {}: {}", channel, taken.getMessage());
            } catch (IOException | RuntimeException | Error e) {
                OutOfMemory.endIfCauseOf(e);
                if (signal.goesOn()) {
                    subscription.failed(StreamFault.reason(e));
                    LOG.warn(
                            "Salesforce {}: not listening, again in {}: {}",
                            channel,
                            pause.length(),
                            StreamFault.reason(e));
                    lease.letGo();
                    pause.take();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        subscription.is(State.CLOSED);
    }

    /** From the opening of a stream to its end. */
    private void subscribe() throws IOException, InterruptedException {
        subscription.is(State.CONNECTING);
        Position position = store.position(channel).orElseThrow();
        subscription.gap(position.gapFrom(), position.expiredAt());
        StreamFault fault;
        try (EventStream stream = open(position)) {
            listened = stream;
            subscription.is(State.CONNECTED);
            LOG.info("Salesforce {}: listening", channel);
            fault = follow(stream, position.since());
        }
        if (fault != null) {
            subscription.is(State.CONNECTING);
            subscription.over(fault);
            reactTo(fault, position);
        }
    }

    private EventStream open(Position position) throws IOException {
        ReplayPreset stored =
                position.replayId() == null ? ReplayPreset.EARLIEST : ReplayPreset.CUSTOM;
        ByteString after =
                position.replayId() == null
                        ? ByteString.EMPTY
                        : PlatformEvent.replayId(position.replayId());
        return client.subscribe(channel, instead == null ? stored : instead, after);
    }

    /** @return null when the route stops */
    private StreamFault follow(EventStream stream, Instant since)
            throws IOException, InterruptedException {
        Instant lastHeard = clock.instant();
        while (signal.goesOn()) {
            EventStream.Signal heard = stream.next(LOOK);
            switch (heard) {
                case null -> {
                    lease.keep();
                    if (isPast(lastHeard, guards.watchdog())) {
                        return StreamFault.SILENT;
                    }
                }
                case EventStream.Ended ended -> {
                    return signal.goesOn() ? ended.fault() : null;
                }
                case EventStream.Batch batch -> {
                    subscription.heard();
                    pause.reset();
                    events.take(batch, since);
                    if (!batch.events().isEmpty()) {
                        stream.request(batch.events().size());
                    }
                    // Not from the moment it came: the route may have taken its time.
                    lastHeard = clock.instant();
                }
            }
        }
        return null;
    }

    private void reactTo(StreamFault fault, Position position) throws InterruptedException {
        switch (fault.kind()) {
            case ENDED -> LOG.info("Salesforce {}: the stream was ended, a new one", channel);
            case SILENT ->
                    LOG.warn(
                            "Salesforce {}: nothing heard for {}, not even a sign of life; a"
                                    + " new stream",
                            channel,
                            guards.watchdog());
            case SESSION -> {
                LOG.info("Salesforce {}: the session is over, a new login", channel);
                client.forgetSession();
            }
            case POSITION -> {
                if (instead == null && position.replayId() != null) {
                    expired(fault, position);
                    return;
                }
                failed(fault);
            }
            case FAILED -> failed(fault);
        }
        pause.take();
    }

    private void failed(StreamFault fault) {
        LOG.warn(
                "Salesforce {}: the stream broke, again in {}: {} {}{}",
                channel,
                pause.length(),
                fault.code(),
                fault.detail(),
                fault.isOfTheChannel()
                        ? "; is the event deployed, and may the hub's user read it?"
                        : "");
        lease.letGo();
    }

    /** Salesforce has forgotten what came after the stored position, or the org is another one. */
    private void expired(StreamFault fault, Position position) throws InterruptedException {
        lease.expired();
        Instant found = clock.instant();
        subscription.gap(position.movedAt(), found);
        LOG.error(
                "Salesforce {}: the stored position is not known any more ({}). Events"
                        + " published from {} on that Salesforce no longer keeps (72 hours) did not"
                        + " come and will not: look for records without an outcome and publish them"
                        + " again. HUB_SALESFORCE_COMMANDS_ON_EXPIRED={}: {}",
                channel,
                fault.code(),
                position.movedAt(),
                guards.onExpired().wireName(),
                switch (guards.onExpired()) {
                    case EARLIEST -> "going on with everything Salesforce still has";
                    case LATEST -> "going on with what comes from now on";
                    case STOP -> "listening no more, until the hub is restarted with another";
                });
        switch (guards.onExpired()) {
            case EARLIEST -> instead = ReplayPreset.EARLIEST;
            case LATEST -> instead = ReplayPreset.LATEST;
            case STOP -> {
                subscription.is(State.STOPPED);
                lease.letGo();
                signal.awaitStop();
            }
        }
    }

    private boolean isPast(Instant time, Duration span) {
        return clock.instant().isAfter(time.plus(span));
    }
}
